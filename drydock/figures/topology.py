"""Lesson 07: networks as lines, containers across them, a dot wherever a container has an address."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from drydock.figures.style import BLUE, GREY
from drydock.text import _
from drydock.topology import Topology

SIDE = 1.0  # from the left edge to the first container, for the networks' names


def topology(seen: Topology) -> Figure:
    """Draw each network as a line and each container as a box above, wired to the networks that it is on."""
    rows, columns = len(seen.networks), len(seen.containers)
    figure, axes = plt.subplots(figsize=(8, 0.7 * rows + 1.6), layout="constrained")
    for row, network in enumerate(seen.networks):
        internal = "--" if network.internal else "-"
        axes.plot(
            [SIDE - 0.1, columns + SIDE - 0.4], [row, row], internal, color=BLUE, linewidth=3, alpha=0.6
        )
        kind = _("{driver}, internal").format(driver=network.driver) if network.internal else network.driver
        label = f"{network.name}\n{network.subnet}\n{kind}"
        axes.text(SIDE - 0.2, row, label, ha="right", va="center", color=BLUE, fontsize="small")
    for column, node in enumerate(seen.containers):
        x = column + SIDE
        for row, network in enumerate(seen.networks):
            if address := node.addresses.get(network.name):
                axes.plot([x, x], [row, -1], color=GREY, linewidth=1, zorder=0)
                axes.plot([x], [row], "o", color=BLUE)
                axes.text(x + 0.06, row + 0.12, address, va="top", color=GREY, fontsize="small")
        box = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": GREY}
        axes.text(x, -1, node.name, ha="center", va="center", color="black", bbox=box)
        axes.text(x, -1.35, "\n".join(node.published), ha="center", va="bottom", color=BLUE, fontsize="small")
    axes.set(xlim=(-0.3, columns + SIDE - 0.3), ylim=(rows - 0.4, -1.8))
    axes.set_axis_off()
    plt.close(figure)
    return figure
