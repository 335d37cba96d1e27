"""What the benchmarks share: figures and tables, processes, servers, load, and the peers that are compared with."""
