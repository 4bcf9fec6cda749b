"""What the pictures have in common."""

BLUE, GREY = "#1f6feb", "#8b949e"  # read well on a white and on a dark page
