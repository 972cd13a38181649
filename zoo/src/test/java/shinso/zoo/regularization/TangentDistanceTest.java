package shinso.zoo.regularization;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.linear.LinearAlgebra;
import shinso.train.data.Dataset;
import shinso.zoo.harness.PictureSource;

/** Distances against least squares, tangents against pictures that were moved. */
@Tag("row-C15")
final class TangentDistanceTest {
  private static final int H = 12;
  private static final int W = 14;
  private static final TangentDistance EXACT = new TangentDistance(0.9, 1e-13);

  /** Two blots, moved and turned: smooth, so that derivatives are what they should be. */
  private static Tensor blots(int n) {
    double[] values = new double[n * H * W];
    for (int i = 0; i < n; i++) {
      for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
          values[(i * H + y) * W + x] = blots(i, x, y);
        }
      }
    }
    return Tensor.of(values, n, H, W, 1).evaluate();
  }

  private static double blots(int i, double x, double y) {
    double a = Math.hypot(x - 5 - 0.3 * i, (y - 4) * 1.4);
    double b = Math.hypot((x - 8) * 0.8 + 0.1 * i, y - 7 - 0.2 * i);
    return Math.exp(-a * a / 5) + 0.7 * Math.exp(-b * b / 4);
  }

  /** The rest that a least squares fit of the rows of z to d leaves. */
  private static double rest(Tensor d, Tensor z) {
    Tensor u = LinearAlgebra.svd(z.transpose()).u(); // [p, k]
    return d.square().sum().sub(d.matmul(u).square().sum()).item();
  }

  @Test
  void distancesAreThoseOfLeastSquares() {
    Tensor all = blots(5);
    Tensor x = all.slice(0, 0, 2); // [2, H, W, 1]
    Tensor y = Tensor.stack(0, List.of(all.slice(0, 2, 5), all.slice(0, 1, 4))); // [2, 3, ...]
    Tensor one = EXACT.oneSided(x, y);
    Tensor two = EXACT.twoSided(x, y);
    Tensor tx = EXACT.tangents(x);
    Tensor sx = EXACT.smoothed(x);
    for (int b = 0; b < 2; b++) {
      Tensor ty = EXACT.tangents(y.at(0, b));
      Tensor sy = EXACT.smoothed(y.at(0, b));
      for (int c = 0; c < 3; c++) {
        Tensor d = sx.at(0, b).sub(sy.at(0, c));
        double expectedOne = rest(d, tx.at(0, b));
        double expectedTwo = rest(d, Tensor.concat(0, List.of(tx.at(0, b), ty.at(0, c))));
        // Nearly parallel tangents take half the digits, of a number that is small beside ‖d‖².
        double tolerance = 1e-8 * d.square().sum().item();
        assertEquals(expectedOne, one.at(0, b).at(0, c).item(), tolerance, b + " " + c);
        assertEquals(expectedTwo, two.at(0, b).at(0, c).item(), tolerance, b + " " + c);
        assertTrue(expectedTwo <= expectedOne + tolerance);
        assertTrue(expectedOne <= d.square().sum().item() + tolerance);
      }
    }
  }

  /** Brute force: no other α is better, springs included. */
  @Test
  void withSpringsTheMinimumIsThatOfASearch() {
    TangentDistance soft = new TangentDistance(0.9, 0.3);
    Tensor all = blots(2);
    double found = soft.oneSided(all.slice(0, 0, 1), all.slice(0, 1, 2).unsqueeze(0)).item();
    Tensor d = soft.smoothed(all.slice(0, 0, 1)).sub(soft.smoothed(all.slice(0, 1, 2))).squeeze(0);
    Tensor t = soft.tangents(all.slice(0, 0, 1)).squeeze(0); // [7, p]
    Tensor z = t.div(t.square().sumKeep(1).sqrt()).evaluate();
    Tensor alpha = Tensor.zeros(7).cast(DType.F64);
    for (int i = 0; i < 300; i++) { // gradient descent; the curvature is at most 7 + κ
      Tensor left = d.add(alpha.matmul(z));
      alpha = alpha.sub(z.matmul(left).add(alpha.mul(0.3)).mul(0.12)).evaluate();
    }
    double searched =
        d.add(alpha.matmul(z)).square().sum().add(alpha.square().sum().mul(0.3)).item();
    assertEquals(searched, found, 1e-9);
  }

  @Test
  void solveAgainstElimination() {
    Tensor r = Tensor.normal(Rng.of(1), 5, 6, 6).cast(DType.F64);
    Tensor a = r.matmul(r.swapAxes(1, 2)).add(Tensor.eye(6).cast(DType.F64).mul(0.1)).evaluate();
    Tensor b = Tensor.normal(Rng.of(2), 5, 6, 1).cast(DType.F64).evaluate();
    Tensor difference = TangentDistance.solve(a, b).sub(LinearAlgebra.solve(a, b));
    assertTrue(difference.abs().max().item() < 1e-9);
  }

  /** Along each tangent a picture becomes what the change makes of it, to second order. */
  @Test
  void tangentsAreDerivativesOfChangedPictures() {
    double e = 1e-3;
    double rx = W / 2.0;
    double ry = H / 2.0;
    // Where the changed picture reads, x and y being in half sides from the middle.
    List<double[][]> changes =
        List.of(
            new double[][] {{0, 0, 1}, {0, 0, 0}},
            new double[][] {{0, 0, 0}, {0, 0, 1}},
            new double[][] {{0, 1, 0}, {-1, 0, 0}},
            new double[][] {{1, 0, 0}, {0, 1, 0}},
            new double[][] {{1, 0, 0}, {0, -1, 0}},
            new double[][] {{0, 1, 0}, {1, 0, 0}});
    // A kernel so narrow that it smooths nothing still has the slope by differences of σ.
    TangentDistance sharp = new TangentDistance(0.9, 1);
    Tensor tangents = sharp.tangents(blots(1)).squeeze(0);
    for (int k = 0; k < changes.size(); k++) {
      double[][] m = changes.get(k);
      double[] change = new double[H * W];
      for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
          double u = (x - (W - 1) / 2.0) / rx;
          double v = (y - (H - 1) / 2.0) / ry;
          double dx = e * (m[0][0] * u + m[0][1] * v + m[0][2]);
          double dy = e * (m[1][0] * u + m[1][1] * v + m[1][2]);
          change[y * W + x] = (smooth(x + dx, y + dy) - smooth(x - dx, y - dy)) / (2 * e);
        }
      }
      double[] found = tangents.at(0, k).toDoubleArray();
      for (int y = 3; y < H - 3; y++) { // away from the border, where zeros begin
        for (int x = 3; x < W - 3; x++) {
          assertEquals(change[y * W + x], found[y * W + x], 0.02, k + ": " + y + ", " + x);
        }
      }
    }
    double[] gx = tangents.at(0, 0).toDoubleArray();
    double[] gy = tangents.at(0, 1).toDoubleArray();
    double[] thickness = tangents.at(0, 6).toDoubleArray();
    for (int i = 0; i < thickness.length; i++) {
      assertEquals(gx[i] * gx[i] + gy[i] * gy[i], thickness[i], 1e-12);
    }
  }

  /** The Gaussian-smoothed picture between pixels, by a sum over pixels. */
  private static double smooth(double x, double y) {
    double sum = 0;
    double total = 0;
    for (int j = -4; j <= 4; j++) {
      for (int i = -4; i <= 4; i++) {
        double g = Math.exp(-(i * i + j * j) / (2 * 0.81));
        total += g;
        sum += g * blots(0, x + i, y + j);
      }
    }
    return sum / total;
  }

  @Test
  void aMovedPictureIsNear() {
    Tensor x = blots(1);
    Tensor moved =
        Tensor.concat(2, List.of(Tensor.zeros(1, H, 1, 1).cast(DType.F64), x.slice(2, 0, W - 1)));
    TangentDistance soft = new TangentDistance(0.9, 0.01);
    double euclid = soft.smoothed(x).sub(soft.smoothed(moved)).square().sum().item();
    double two = soft.twoSided(x, moved.unsqueeze(0)).item();
    assertTrue(two < 0.05 * euclid, two + " of " + euclid);
    assertEquals(0, soft.twoSided(x, x.unsqueeze(0)).item(), 1e-12);
  }

  // ---- neighbours

  /** The whole training set as candidates, one distance after another, sorted. */
  @Test
  void filteredNeighboursAreThoseOfAFullScanWhereTheFilterKeepsThem() {
    Dataset train = PictureSource.GLYPHS.load().train().limit(40);
    Dataset test = PictureSource.GLYPHS.load().test().limit(4);
    TangentDistance distance = new TangentDistance(0.9, 0.01);
    NearestNeighbours all = new NearestNeighbours(train, 40);
    NearestNeighbours few = new NearestNeighbours(train, 15);
    NearestNeighbours.Neighbours near = few.nearest(test);

    ToDoubleBiFunction<Tensor, Tensor> euclid = (x, y) -> x.sub(y).square().sum().item();
    ToDoubleBiFunction<Tensor, Tensor> tangent =
        (x, y) -> distance.twoSided(x.unsqueeze(0), y.unsqueeze(0).unsqueeze(0)).item();
    int[][] byEuclid = scan(train, test, euclid);
    int[][] byTangent = scan(train, test, tangent);
    BinaryOperator<Tensor> two = distance::twoSided;
    int[][] full = all.sorted(test, all.nearest(test), two).positions();
    int[][] filtered = few.sorted(test, near, two).positions();
    for (int i = 0; i < test.size(); i++) {
      assertArrayEquals(Arrays.copyOf(byEuclid[i], 15), near.positions()[i], "query " + i);
      assertEquals(byTangent[i][0], full[i][0], "query " + i);
      List<Integer> kept = Arrays.stream(near.positions()[i]).boxed().toList();
      int best = Arrays.stream(byTangent[i]).filter(kept::contains).findFirst().orElseThrow();
      assertEquals(best, filtered[i][0], "query " + i);
    }
  }

  private static int[][] scan(
      Dataset train, Dataset test, ToDoubleBiFunction<Tensor, Tensor> distance) {
    // Evaluated, so that one program serves all pairs.
    List<Tensor> x = pictures(test);
    List<Tensor> y = pictures(train);
    return IntStream.range(0, test.size())
        .mapToObj(i -> {
          double[] d =
              IntStream.range(0, train.size())
                  .mapToDouble(j -> distance.applyAsDouble(x.get(i), y.get(j)))
                  .toArray();
          return IntStream.range(0, train.size())
              .boxed()
              .sorted(Comparator.comparingDouble(j -> d[j]))
              .mapToInt(j -> j)
              .toArray();
        })
        .toArray(int[][]::new);
  }

  private static List<Tensor> pictures(Dataset data) {
    Tensor all = data.whole().getFirst();
    return IntStream.range(0, data.size()).mapToObj(i -> all.at(0, i).evaluate()).toList();
  }

  @Test
  void votes() {
    Dataset train = PictureSource.GLYPHS.load().train().limit(6);
    NearestNeighbours neighbours = new NearestNeighbours(train, 6);
    int[] labels = train.labels();
    NearestNeighbours.Neighbours near =
        new NearestNeighbours.Neighbours(new int[][] {{0, 1, 2, 3, 4, 5}});
    assertArrayEquals(new int[] {labels[0]}, neighbours.vote(near, 1));
    assertArrayEquals(new int[] {labels[0]}, neighbours.vote(near, 2), "the nearest wins");
    assertThrows(IllegalArgumentException.class, () -> new NearestNeighbours(train, 0));
  }

  @Test
  void badInput() {
    assertThrows(IllegalArgumentException.class, () -> new TangentDistance(0, 1));
    assertThrows(IllegalArgumentException.class, () -> EXACT.tangents(Tensor.ones(2, 5, 5, 3)));
  }
}
