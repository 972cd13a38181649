package shinso.zoo.directed;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.model.LatentVariableModel;
import shinso.train.data.Dataset;
import shinso.train.figure.Figure;
import shinso.zoo.harness.Run;

/**
 * Figures of the latent space of a model with a prior N(0, I): what codes on the way through it
 * stand for.
 *
 * @param run shows them, as pictures of the shape of its data's
 * @param model encodes and decodes
 */
record Latents(Run run, LatentVariableModel model) {
  /** How far a traversal goes to each side, in deviations of the prior. */
  private static final double REACH = 2.5;

  /** Pictures in a row of a traversal or an interpolation. */
  private static final int STEPS = 11;

  /** What codes drawn from the prior stand for. */
  void samples(int count) {
    show(
        "samples",
        "Generated: the means of p(x | z) of drawn z",
        10,
        () -> model.decode(Tensor.normal(run.rng("samples"), count, variables())));
  }

  private int variables() {
    Shape picture = run.data().test().fields().getFirst().shape();
    return model.encode(Tensor.full(Shape.of(1).concat(picture), 0)).shape().dim(1);
  }

  /** Examples, and beside each what its code stands for. */
  void reconstructions(Dataset examples, int count) {
    show(
        "reconstructions",
        "Test examples, and beside each the mean of p(x | z) of its code",
        10,
        () -> {
          Tensor x = examples.limit(count).whole().getFirst();
          Tensor back = model.decode(model.encode(x)).flatten(1);
          return Tensor.stack(1, List.of(x.flatten(1), back)).reshape(-1, back.shape().dim(1));
        });
  }

  /**
   * A square grid on the plane, with the same share of the prior between all its lines (Kingma and
   * Welling 2014, appendix A).
   */
  void manifold(int side) {
    show("manifold", "The plane of two latent variables", side, () -> model.decode(grid(side)));
  }

  private static Tensor grid(int side) {
    float[] z = new float[2 * side * side];
    for (int i = 0; i < side * side; i++) {
      z[2 * i] = (float) quantile((i % side + 0.5) / side);
      z[2 * i + 1] = (float) -quantile((i / side + 0.5) / side);
    }
    return Tensor.of(z, side * side, 2);
  }

  /** Returns the z of N(0, 1) below which a share lies, by bisection. */
  static double quantile(double share) {
    double low = -10;
    double high = 10;
    while (high - low > 1e-6) {
      double z = (low + high) / 2;
      double below = 0.5 * (1 + Tensor.of(new double[] {z / Math.sqrt(2)}, 1).erf().item());
      if (below < share) {
        low = z;
      } else {
        high = z;
      }
    }
    return low;
  }

  /**
   * The first code, with one of its variables after the other going through the prior; those that
   * vary most over the codes.
   *
   * @param codes of examples, {@code [n, z]}
   */
  void traversals(Tensor codes, int most) {
    show(
        "traversals",
        "One latent variable in each row goes from −2.5 to 2.5",
        STEPS,
        () -> {
          int shown = Math.min(most, codes.shape().dim(1));
          List<Tensor> ways = new ArrayList<>();
          for (int unit : codes.variance(0).topK(shown).indices().toIntArray()) {
            for (int i = 0; i < STEPS; i++) {
              float at = (float) (-REACH + 2 * REACH * i / (STEPS - 1));
              ways.add(codes.slice(0, 0, 1).withSlice(1, unit, Tensor.of(new float[] {at}, 1, 1)));
            }
          }
          return model.decode(Tensor.concat(0, ways));
        });
  }

  /** Straight lines between the first codes of examples and those that follow. */
  void interpolation(Tensor codes, int lines) {
    show(
        "interpolation",
        "From the code of one example to that of another",
        STEPS,
        () -> {
          Tensor from = codes.slice(0, 0, lines).unsqueeze(1); // [lines, 1, z]
          Tensor to = codes.slice(0, lines, 2 * lines).unsqueeze(1);
          Tensor share = Tensor.iota(STEPS).cast(codes.dtype()).div(STEPS - 1).reshape(1, STEPS, 1);
          Tensor between = from.add(to.sub(from).mul(share)); // [lines, steps, z]
          return model.decode(between.reshape(-1, codes.shape().dim(1)));
        });
  }

  private void show(String name, String title, int columns, Supplier<Tensor> pictures) {
    run.show(
        name,
        () -> {
          Tensor x = pictures.get();
          Shape picture = run.data().test().fields().getFirst().shape();
          Tensor images = x.reshape(Shape.of(x.shape().dim(0)).concat(picture));
          return Figure.pictures(title, images).columns(columns);
        });
  }
}
