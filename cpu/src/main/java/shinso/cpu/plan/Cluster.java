package shinso.cpu.plan;

import java.util.TreeSet;

/**
 * Nodes that one pass computes. They share a space of {@code size} elements in row-major order. If
 * {@code columns} is set, the space is rows of that length, and a node with one element a row is
 * part of the pass as well.
 */
final class Cluster {
  /** A row up to this length is held in cache while all its operations are done. */
  static final int TILE = 1024;

  final TreeSet<Integer> members = new TreeSet<>();
  int size;
  int columns;
  boolean hasReductions;

  Cluster(int node, int size, int columns) {
    members.add(node);
    this.size = size;
    this.columns = columns;
  }

  int rows() {
    return columns == 0 ? size : size / columns;
  }

  /**
   * Whether rows fit into a tile, so that results of row reductions can be used in the same pass.
   */
  boolean hasRowValues() {
    return columns > 1 && columns <= TILE && rows() > 1;
  }
}
