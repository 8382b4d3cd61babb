"""The main job: records into the store, pending images to predictions, predictions into the store; always resumable."""
