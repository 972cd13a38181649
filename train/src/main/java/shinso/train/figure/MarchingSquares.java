package shinso.train.figure;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import shinso.train.figure.PointSeries.Point;

/** Finds where a function of two variables has a value. */
final class MarchingSquares {
  private final Grid grid;

  MarchingSquares(Grid grid) {
    this.grid = grid;
  }

  /**
   * Returns the lines of a level, x counting columns and y rows; a closed one ends where it begins.
   */
  List<List<Point>> lines(double level) {
    Map<Point, List<Point>> next = new LinkedHashMap<>();
    line(
        level,
        (c1, r1, c2, r2) -> {
          Point a = new Point(c1, r1);
          Point b = new Point(c2, r2);
          if (!a.equals(b)) {
            next.computeIfAbsent(a, p -> new ArrayList<>(2)).add(b);
            next.computeIfAbsent(b, p -> new ArrayList<>(2)).add(a);
          }
        });
    List<List<Point>> lines = new ArrayList<>();
    for (Point start : List.copyOf(next.keySet())) {
      while (!neighbours(next, start).isEmpty()) {
        Deque<Point> line = new ArrayDeque<>(List.of(start));
        walk(next, line, true);
        walk(next, line, false);
        lines.add(List.copyOf(line));
      }
    }
    return lines;
  }

  private static List<Point> neighbours(Map<Point, List<Point>> next, Point p) {
    return next.getOrDefault(p, List.of());
  }

  /** Goes on from an end of a line as far as pieces lead, and takes them away. */
  private static void walk(Map<Point, List<Point>> next, Deque<Point> line, boolean ahead) {
    Point at = ahead ? line.getLast() : line.getFirst();
    while (!neighbours(next, at).isEmpty()) {
      Point to = neighbours(next, at).removeLast();
      neighbours(next, to).remove(at);
      if (ahead) {
        line.addLast(to);
      } else {
        line.addFirst(to);
      }
      at = to;
    }
  }

  /** Takes the ends of a piece of a line, in columns and rows. */
  private interface Pieces {
    void accept(double c1, double r1, double c2, double r2);

    private void accept(double[] from, double[] to) {
      accept(from[0], from[1], to[0], to[1]);
    }
  }

  /**
   * Gives the pieces of the lines of a level, one or two for each square that they pass; squares
   * with a corner that is not finite have none.
   */
  private void line(double level, Pieces pieces) {
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
