"""Makes the notebooks of the course from the Markdown lessons in source/."""
