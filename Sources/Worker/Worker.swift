/// Worker.
