/// Workflow.
