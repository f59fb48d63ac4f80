# Names for the scripts; `just` lists them.

_list:
    @just --list

# Run every test, or only some sections: `just test unit doc`.
test *sections:
    tests/run.sh {{ sections }}

# The same with two real Nacos servers; NACOS_LIB or NACOS_DIST says where their jars are.
test-nacos *sections:
    tests/run.sh --with-nacos {{ sections }}

# What must be clean before a commit.
lint:
    tests/run.sh formatting lints

# Start, stop, … a real Nacos: `just nacos start --home /tmp/nacos --port 8848`.
nacos *arguments:
    tests/servers/nacos.sh {{ arguments }}

# Licences, advisories and duplicates of the dependencies; needs cargo-deny.
deny:
    cargo deny check

# The documentation of the three crates.
doc:
    cargo doc --no-deps --all-features --package bun-server --package bun-server-macros --package nacos-client --open
