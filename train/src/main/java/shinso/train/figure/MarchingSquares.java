package shinso.train.figure;

/** Finds where a function of two variables has a value. */
final class MarchingSquares {
  private final Grid grid;

  MarchingSquares(Grid grid) {
    this.grid = grid;
  }

  /** Takes the ends of a piece of a line, in columns and rows. */
  interface Pieces {
    void accept(double c1, double r1, double c2, double r2);

    private void accept(double[] from, double[] to) {
      accept(from[0], from[1], to[0], to[1]);
    }
  }

  /**
   * Gives the pieces of the lines of a level, one or two for each square that they pass; squares
   * with a corner that is not finite have none.
   */
  void line(double level, Pieces pieces) {
    for (int r = 0; r + 1 < grid.rows(); r++) {
      for (int c = 0; c + 1 < grid.columns(); c++) {
        square(level, r, c, pieces);
      }
    }
  }

  private void square(double level, int r, int c, Pieces pieces) {
    double a = grid.at(r, c) - level;
    double b = grid.at(r, c + 1) - level;
    double d = grid.at(r + 1, c + 1) - level;
    double e = grid.at(r + 1, c) - level;
    if (!Double.isFinite(a + b + d + e)) {
      return;
    }
    int corners = (a > 0 ? 1 : 0) | (b > 0 ? 2 : 0) | (d > 0 ? 4 : 0) | (e > 0 ? 8 : 0);
    // Where the level passes the edges: below, right, above, left.
    double[] below = {c + a / (a - b), r};
    double[] right = {c + 1, r + b / (b - d)};
    double[] above = {c + e / (e - d), r + 1};
    double[] left = {c, r + a / (a - e)};
    switch (corners) {
      case 1, 14 -> pieces.accept(left, below);
      case 2, 13 -> pieces.accept(below, right);
      case 3, 12 -> pieces.accept(left, right);
      case 4, 11 -> pieces.accept(right, above);
      case 6, 9 -> pieces.accept(below, above);
      case 7, 8 -> pieces.accept(left, above);
      case 5, 10 -> {
        // A saddle: its middle decides which corners belong together.
        boolean high = a + b + d + e > 0;
        if (high == (corners == 5)) {
          pieces.accept(left, above);
          pieces.accept(below, right);
        } else {
          pieces.accept(left, below);
          pieces.accept(right, above);
        }
      }
      default -> {}
    }
  }
}
