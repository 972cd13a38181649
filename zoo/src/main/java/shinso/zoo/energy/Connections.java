package shinso.zoo.energy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import shinso.core.tensor.Tensor;

/**
 * Which units of a Boltzmann machine are connected, and which may therefore be drawn at once: units
 * of one colour have no connection among themselves, so that each is independent of the others
 * given the rest. A complete graph has as many colours as units, and Gibbs sampling visits one unit
 * after the other; a bipartite one has two, and it is block Gibbs sampling.
 */
public final class Connections {
  private final boolean[][] joined;
  private final List<int[]> colours;

  private Connections(boolean[][] joined) {
    this.joined = joined;
    this.colours = coloured(joined);
  }

  /** Returns a graph in which every two units are connected. */
  public static Connections complete(int units) {
    return groups(new int[] {units}, new int[][] {{0, 0}});
  }

  /**
   * Returns a graph of pairs of units.
   *
   * @throws IllegalArgumentException if a unit doesn't exist or is connected to itself
   */
  public static Connections of(int units, int[][] pairs) {
    boolean[][] joined = new boolean[units][units];
    for (int[] pair : pairs) {
      if (pair.length != 2 || !isIn(pair[0], units) || !isIn(pair[1], units)) {
        throw new IllegalArgumentException(
            "connections: pairs of units from 0 to %d, not %s"
                .formatted(units - 1, Arrays.toString(pair)));
      }
      if (pair[0] == pair[1]) {
        throw new IllegalArgumentException(
            "connections: unit %d can't be connected to itself; use its bias".formatted(pair[0]));
      }
      joined[pair[0]][pair[1]] = true;
      joined[pair[1]][pair[0]] = true;
    }
    return new Connections(joined);
  }

  /**
   * Returns a graph of groups of units, numbered one group after the other, such as {@code {4, 4,
   * 2}} with {@code {{0, 0}, {1, 1}, {0, 2}, {1, 2}}}.
   *
   * @param sizes of the groups
   * @param joined pairs of groups between which all units are connected; a group with itself has
   *     connections within
   * @throws IllegalArgumentException if a group doesn't exist
   */
  public static Connections groups(int[] sizes, int[][] joined) {
    int[] first = new int[sizes.length + 1];
    for (int g = 0; g < sizes.length; g++) {
      first[g + 1] = first[g] + sizes[g];
    }
    List<int[]> pairs = new ArrayList<>();
    for (int[] groups : joined) {
      if (groups.length != 2 || !isIn(groups[0], sizes.length) || !isIn(groups[1], sizes.length)) {
        throw new IllegalArgumentException(
            "connections: pairs of groups from 0 to %d, not %s"
                .formatted(sizes.length - 1, Arrays.toString(groups)));
      }
      for (int i = first[groups[0]]; i < first[groups[0] + 1]; i++) {
        for (int j = first[groups[1]]; j < first[groups[1] + 1]; j++) {
          if (i != j) {
            pairs.add(new int[] {i, j});
          }
        }
      }
    }
    return of(first[sizes.length], pairs.toArray(int[][]::new));
  }

  /**
   * Returns a lattice whose opposite edges are joined; each unit has four neighbours.
   *
   * @throws IllegalArgumentException if a side is shorter than 3, where neighbours are met twice
   */
  public static Connections torus(int rows, int columns) {
    if (rows < 3 || columns < 3) {
      throw new IllegalArgumentException(
          "connections: a torus has at least 3 x 3 units, not %d x %d".formatted(rows, columns));
    }
    List<int[]> pairs = new ArrayList<>();
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        int here = y * columns + x;
        pairs.add(new int[] {here, y * columns + (x + 1) % columns});
        pairs.add(new int[] {here, (y + 1) % rows * columns + x});
      }
    }
    return of(rows * columns, pairs.toArray(int[][]::new));
  }

  private static boolean isIn(int index, int size) {
    return index >= 0 && index < size;
  }

  /** Gives each unit the first colour that none of its neighbours has. */
  private static List<int[]> coloured(boolean[][] joined) {
    int n = joined.length;
    int[] colour = new int[n];
    int colours = 0;
    for (int i = 0; i < n; i++) {
      boolean[] taken = new boolean[n];
      for (int j = 0; j < i; j++) {
        if (joined[i][j]) {
          taken[colour[j]] = true;
        }
      }
      while (taken[colour[i]]) {
        colour[i]++;
      }
      colours = Math.max(colours, colour[i] + 1);
    }
    List<int[]> classes = new ArrayList<>();
    for (int c = 0; c < colours; c++) {
      List<Integer> units = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        if (colour[i] == c) {
          units.add(i);
        }
      }
      classes.add(units.stream().mapToInt(Integer::intValue).toArray());
    }
    return Collections.unmodifiableList(classes);
  }

  /** Returns the number of units. */
  public int units() {
    return joined.length;
  }

  /** Returns whether two units are connected. */
  public boolean contains(int i, int j) {
    return joined[i][j];
  }

  /** Returns the number of pairs that are connected. */
  public int pairs() {
    int count = 0;
    for (int i = 0; i < units(); i++) {
      count += degree(i);
    }
    return count / 2;
  }

  /** Returns the number of neighbours of a unit. */
  public int degree(int unit) {
    int count = 0;
    for (boolean neighbour : joined[unit]) {
      count += neighbour ? 1 : 0;
    }
    return count;
  }

  /** Returns whether no unit from a number on is connected to another one of these. */
  public boolean areIndependentFrom(int first) {
    for (int i = first; i < units(); i++) {
      for (int j = first; j < i; j++) {
        if (joined[i][j]) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Returns the units from a number on, class by class; those of a class aren't connected.
   *
   * @param first 0 for all units
   */
  List<int[]> coloursFrom(int first) {
    return colours.stream()
        .map(units -> Arrays.stream(units).filter(i -> i >= first).toArray())
        .filter(units -> units.length > 0)
        .toList();
  }

  /** Returns 1 above the diagonal where units are connected, else 0: {@code [n, n]}. */
  Tensor mask() {
    int n = units();
    float[] ones = new float[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = i + 1; j < n; j++) {
        ones[i * n + j] = joined[i][j] ? 1 : 0;
      }
    }
    return Tensor.of(ones, n, n);
  }
}
