package shinso.zoo.regularization;

import java.util.ArrayList;
import java.util.List;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Check;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.linear.LinearAlgebra;

/**
 * OMP-k: codes with at most k entries, found greedily. The problem is
 *
 * <pre>
 * min ‖x − D s‖²   subject to ‖s‖₀ ≤ k
 * </pre>
 *
 * <p>and each of k rounds takes the atom d that is most like what is left, argmax |dᵀ r|, and then
 * fits all atoms taken so far by least squares. A batch is coded together. The normal equations are
 * solved with a Cholesky factor that grows by a row a round, and the residual itself is never
 * formed: with G = Dᵀ D and α⁰ = Dᵀ x its correlations are α⁰ − G s.
 *
 * <p>Source: Pati, Rezaiifar and Krishnaprasad, "Orthogonal matching pursuit" (1993); Rubinstein,
 * Zibulevsky and Elad, "Efficient implementation of the K-SVD algorithm using batch orthogonal
 * matching pursuit" (2008), algorithm 2; for the learning of dictionaries Coates and Ng, "The
 * importance of encoding versus training with sparse coding and vector quantization" (2011),
 * section 3.
 *
 * @param dictionary D, {@code [n, atoms]}, columns of norm 1
 * @param k how many entries of a code may differ from 0
 */
public record OrthogonalMatchingPursuit(Tensor dictionary, int k) {
  /** A squared distance of an atom from the span of others, below which it lies in it. */
  private static final double DEPENDENT = 1e-6;

  /** Added to the diagonal when a dictionary is fitted, as a share of the mean square of a code. */
  private static final double RIDGE = 1e-6;

  /**
   * Checks the shape.
   *
   * @throws IllegalArgumentException if the dictionary is no matrix, or k is not in 1 to the number
   *     of atoms
   */
  public OrthogonalMatchingPursuit {
    Check.rank("omp, the dictionary", dictionary.shape(), 2, "[n, atoms]");
    if (k < 1 || k > dictionary.shape().dim(1)) {
      throw new IllegalArgumentException(
          "omp: a code of %d atoms has 1 to %d entries, not %d"
              .formatted(dictionary.shape().dim(1), dictionary.shape().dim(1), k));
    }
  }

  /**
   * Returns the codes: {@code [b, n] -> [b, atoms]}. An example that fewer atoms explain has fewer
   * entries.
   */
  public Tensor encode(Tensor x) {
    int atoms = dictionary.shape().dim(1);
    Tensor gram = dictionary.transpose().matmul(dictionary); // G
    Tensor alpha0 = x.matmul(dictionary); // [b, atoms]
    Tensor alpha = alpha0;
    Tensor free = alpha0.fullLike(1);
    Tensor code = alpha0.zerosLike();
    List<Chosen> chosen = new ArrayList<>();
    for (int j = 0; j < k; j++) {
      Tensor likeness = Tensor.select(free, alpha.abs(), -1);
      Tensor index = likeness.argmax(1); // [b]
      Tensor hot = index.oneHot(atoms).cast(x.dtype());
      chosen.add(Chosen.of(index, gram.gather(0, index), alpha0, chosen));
      free = free.mul(hot.rsub(1));
      List<Tensor> s = solve(chosen);
      code = alpha0.zerosLike();
      Tensor explained = alpha0.zerosLike(); // G s
      for (int i = 0; i <= j; i++) {
        Chosen c = chosen.get(i);
        Tensor entry = s.get(i);
        code = code.add(c.index.oneHot(atoms).cast(x.dtype()).mul(entry));
        explained = explained.add(c.row.mul(entry));
      }
      alpha = alpha0.sub(explained);
    }
    return code;
  }

  /**
   * An atom that was taken, one for each example.
   *
   * @param index which, {@code [b]}
   * @param row its products with all atoms, {@code [b, atoms]}
   * @param target dᵀ x, {@code [b, 1]}
   * @param factor its row of the Cholesky factor L, numbers {@code [b, 1]} up to the diagonal
   * @param useful 1, or 0 where it lies in the span of those before it, {@code [b, 1]}
   */
  private record Chosen(
      Tensor index, Tensor row, Tensor target, List<Tensor> factor, Tensor useful) {
    static Chosen of(Tensor index, Tensor row, Tensor alpha0, List<Chosen> before) {
      Tensor column = index.unsqueeze(1); // [b, 1]
      // L w = G[before, index] by forward substitution; the diagonal is what w leaves of 1.
      List<Tensor> w = new ArrayList<>();
      Tensor left = row.takeAlong(1, column);
      for (Chosen c : before) {
        Tensor sum = c.row.takeAlong(1, column);
        for (int i = 0; i < w.size(); i++) {
          sum = sum.sub(c.factor.get(i).mul(w.get(i)));
        }
        Tensor entry = sum.div(c.factor.getLast()).mul(c.useful);
        w.add(entry);
        left = left.sub(entry.square());
      }
      Tensor useful = left.greater(DEPENDENT);
      w.add(Tensor.select(useful, left, 1).sqrt());
      return new Chosen(index, row, alpha0.takeAlong(1, column), List.copyOf(w), useful);
    }
  }

  /** Returns the s with L Lᵀ s = dᵀ x, numbers {@code [b, 1]}. */
  private static List<Tensor> solve(List<Chosen> chosen) {
    List<Tensor> y = new ArrayList<>();
    for (Chosen c : chosen) {
      Tensor sum = c.target;
      for (int i = 0; i < y.size(); i++) {
        sum = sum.sub(c.factor.get(i).mul(y.get(i)));
      }
      y.add(sum.div(c.factor.getLast()).mul(c.useful));
    }
    List<Tensor> s = new ArrayList<>(y);
    for (int i = s.size() - 1; i >= 0; i--) {
      Tensor sum = y.get(i);
      for (int j = i + 1; j < s.size(); j++) {
        sum = sum.sub(chosen.get(j).factor.get(i).mul(s.get(j)));
      }
      s.set(i, sum.div(chosen.get(i).factor.getLast()).mul(chosen.get(i).useful));
    }
    return s;
  }

  /** Returns D s: {@code [b, atoms] -> [b, n]}. */
  public Tensor decode(Tensor code) {
    return code.matmul(dictionary.transpose());
  }

  /** Hears how the learning of a dictionary goes. */
  @FunctionalInterface
  public interface Listener {
    /** Hears the mean squared error ‖x − D s‖² of a round, from 1. */
    void round(int round, double error);
  }

  /**
   * Learns a dictionary by turns: codes by OMP-k, then the dictionary that fits them best, scaled
   * to columns of norm 1. With k = 1 this is gain-shape vector quantisation, or spherical k-means.
   * An atom that no code uses is replaced by an example.
   *
   * @param examples batches of examples, {@code [b, n]} each, all of which are looked at in each
   *     round
   * @throws IllegalArgumentException if there are no batches or no rounds
   */
  public static OrthogonalMatchingPursuit learn(
      List<Tensor> examples, int atoms, int k, int rounds, Rng rng, Listener listener) {
    if (examples.isEmpty() || rounds < 1) {
      throw new IllegalArgumentException("omp: there is nothing to learn from");
    }
    int n = examples.getFirst().shape().dim(1);
    Tensor initial = Tensor.normal(rng.split("atoms"), n, atoms);
    Tensor d = unit(initial, initial).evaluate();
    Program sums =
        Program.of((in, key) -> {
          Tensor x = in.getFirst();
          OrthogonalMatchingPursuit omp = new OrthogonalMatchingPursuit(in.get(1), k);
          Tensor s = omp.encode(x);
          Tensor error = x.sub(omp.decode(s)).square().sum();
          return Step.outputs(x.transpose().matmul(s), s.transpose().matmul(s), error);
        });
    for (int round = 1; round <= rounds; round++) {
      Tensor xs = Tensor.zeros(n, atoms); // X Sᵀ
      Tensor ss = Tensor.zeros(atoms, atoms); // S Sᵀ
      double error = 0;
      long count = 0;
      for (Tensor x : examples) {
        Program.Result part = sums.run(rng, x, d);
        xs = xs.add(part.output(0)).evaluate();
        ss = ss.add(part.output(1)).evaluate();
        error += part.output(2).item();
        count += x.shape().dim(0);
      }
      listener.round(round, error / count);
      Tensor some = examples.get(round % examples.size());
      Tensor spare = drawn(some, atoms, rng.split("spare").split(round));
      d = unit(fitted(xs, ss, k), spare).evaluate();
    }
    return new OrthogonalMatchingPursuit(d, k);
  }

  /** X Sᵀ (S Sᵀ)⁻¹, 0 for an atom that is not used. */
  private static Tensor fitted(Tensor xs, Tensor ss, int k) {
    Tensor diagonal = ss.diagonal(); // [atoms]
    if (k == 1) {
      return xs.div(diagonal.maximum(1e-12)); // S Sᵀ is diagonal
    }
    Tensor ridge = diagonal.mean().mul(RIDGE).add(1e-12);
    Tensor regular = ss.add(ridge.mul(Tensor.eye(ss.shape().dim(0))));
    return LinearAlgebra.solve(regular, xs.transpose()).transpose();
  }

  /** As many examples as there are atoms, {@code [n, atoms]}. */
  private static Tensor drawn(Tensor x, int atoms, Rng rng) {
    Tensor at = Tensor.uniform(rng, atoms).mul(x.shape().dim(0)).floor();
    return x.gather(0, at.cast(DType.I32)).transpose();
  }

  /** Columns scaled to norm 1; spare ones in the place of those that are 0. */
  private static Tensor unit(Tensor columns, Tensor spare) {
    Tensor used = columns.square().sumKeep(0).greater(1e-12); // [1, atoms]
    Tensor full = Tensor.select(used, columns, spare);
    return full.div(full.square().sumKeep(0).sqrt().maximum(1e-12));
  }
}
