# An OCI runtime configuration with this machine's settings added; what the user has set wins.
# Source: OCI runtime specification, config.json (`mounts`, `process.env`).
(.process.env // [] | map(split("=")[0])) as $mine
| if .process and any(.mounts[]?; .destination == "/dev" and .type == "tmpfs") then
    .process.env += [$settings[0] | to_entries[] | select(IN(.key; $mine[]) | not) | "\(.key)=\(.value)"]
    | .mounts += [{destination: "/dev/drydock", type: "bind", source: "/drydock/settings", options: ["rbind", "ro"]}]
  else . end
