/// Engine.
