"""The pictures of the lessons, drawn from what the engine said."""

from drydock.figures.density import density
from drydock.figures.edits import edit_seconds
from drydock.figures.hardening import hardening
from drydock.figures.inside import inside
from drydock.figures.layers import layer_sizes
from drydock.figures.lifecycle import lifecycle, ways
from drydock.figures.live import live_stats
from drydock.figures.pods import pod_rows, pod_timeline
from drydock.figures.processes import process_tree
from drydock.figures.rollout import rollout
from drydock.figures.scraped import lines_of, scraped
from drydock.figures.shares import shares
from drydock.figures.side_by_side import side_by_side
from drydock.figures.starting import milestones, start_order
from drydock.figures.survival import survival
from drydock.figures.topology import topology

__all__ = [
    "density",
    "edit_seconds",
    "hardening",
    "inside",
    "layer_sizes",
    "lifecycle",
    "lines_of",
    "live_stats",
    "milestones",
    "pod_rows",
    "pod_timeline",
    "process_tree",
    "rollout",
    "scraped",
    "shares",
    "side_by_side",
    "start_order",
    "survival",
    "topology",
    "ways",
]
