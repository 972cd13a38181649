package shinso.zoo.regularization;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import shinso.core.op.ConvSpec;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;
import shinso.nn.linear.LinearAlgebra;
import shinso.train.data.Dataset;

/**
 * What a dictionary of small patches says about images: every patch of p x p pixels is brought to
 * one brightness and contrast, whitened, and coded; positive and negative parts of the codes are
 * summed over the four quarters of the image. {@code [b, h, w, c] -> [b, 8 · atoms]}
 *
 * <p>Source: Coates and Ng, "The importance of encoding versus training with sparse coding and
 * vector quantization" (2011), sections 3 and 4.1; the numbers for contrast and whitening are those
 * of Coates, Lee and Ng, "An analysis of single-layer networks in unsupervised feature learning"
 * (2011).
 *
 * @param side p
 * @param mean of the patches, {@code [n]} with n = p p c
 * @param whitening {@code [n, n]}
 * @param dictionary {@code [n, atoms]}, columns of norm 1
 * @param code how a patch is coded
 */
public record PatchFeatures(int side, Param mean, Param whitening, Param dictionary, Code code)
    implements Layer {
  /** 10 of 255² for pixels of 0 to 1: flat patches stay flat. */
  private static final double LEAST_VARIANCE = 10 / (255.0 * 255.0);

  private static final double WHITENING_EPSILON = 0.1;

  /** Features of an image for each atom: both signs in four quarters. */
  public static final int SUMS = 8;

  /** How patches are coded with a dictionary. */
  @FunctionalInterface
  public interface Code {
    /** Returns codes of patches {@code [m, n]} by atoms {@code [n, atoms]}: {@code [m, atoms]}. */
    Tensor of(Tensor patches, Tensor dictionary);

    /** Returns codes by OMP-k. */
    static Code omp(int k) {
      return (x, d) -> new OrthogonalMatchingPursuit(d, k).encode(x);
    }

    /** Returns sign(z) max(0, |z| − α) of z = Dᵀ x: the parts of both signs as in equation 5. */
    static Code softThreshold(double alpha) {
      return (x, d) -> {
        Tensor z = x.matmul(d);
        return z.sub(alpha).relu().sub(z.neg().sub(alpha).relu());
      };
    }
  }

  /** Returns features that have seen nothing yet. */
  public static PatchFeatures of(int side, int channels, int atoms, Code code) {
    int n = side * side * channels;
    return new PatchFeatures(
        side,
        Param.of(Tensor.zeros(n)),
        Param.of(Tensor.eye(n)),
        Param.of(Tensor.zeros(n, atoms)),
        code);
  }

  /** Returns these features with other codes; both share their parameters. */
  public PatchFeatures with(Code other) {
    return new PatchFeatures(side, mean, whitening, dictionary, other);
  }

  /**
   * Returns all patches of images, each with mean 0 and a variance of about 1: {@code [b, h, w, c]
   * -> [b, h − p + 1, w − p + 1, n]}.
   */
  public Tensor patches(Tensor images) {
    int n = mean.shape().dim(0);
    Tensor cut = Tensor.eye(n).reshape(side, side, images.shape().dim(3), n);
    Tensor p = images.conv2d(cut, ConvSpec.VALID);
    Tensor centred = p.sub(p.meanKeep(3));
    Tensor variance = centred.square().sumKeep(3).div(n - 1);
    return centred.div(variance.add(LEAST_VARIANCE).sqrt());
  }

  /** Measures mean and covariance of patches {@code [m, n]}, and takes their whitening on. */
  public void fitWhitening(Tensor patches) {
    Tensor m = patches.mean(0);
    Tensor centred = patches.sub(m);
    Tensor covariance = centred.transpose().matmul(centred).div(patches.shape().dim(0));
    Tensor symmetric = covariance.add(covariance.transpose()).mul(0.5).evaluate();
    LinearAlgebra.Eigen e = LinearAlgebra.symmetricEigen(symmetric);
    Tensor scale = e.values().add(WHITENING_EPSILON).sqrt().reciprocal();
    mean.assign(m);
    whitening.assign(e.vectors().mul(scale).matmul(e.vectors().transpose()));
  }

  /** Returns patches whitened: {@code [m, n] -> [m, n]}. */
  public Tensor whiten(Tensor patches) {
    return patches.sub(mean.value()).matmul(whitening.value());
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Tensor p = patches(x); // [b, r, s, n]
    Shape shape = p.shape();
    int atoms = dictionary.shape().dim(1);
    Tensor rows = whiten(p.reshape(shape.size() / shape.dim(3), shape.dim(3)));
    Tensor z =
        code.of(rows, dictionary.value()).reshape(shape.dim(0), shape.dim(1), shape.dim(2), atoms);
    List<Tensor> parts = new ArrayList<>();
    for (Tensor rowHalf : halves(z, 1)) {
      for (Tensor quarter : halves(rowHalf, 2)) {
        parts.add(quarter.relu().sum(1, 2));
        parts.add(quarter.neg().relu().sum(1, 2));
      }
    }
    return Tensor.concat(1, parts); // [b, SUMS atoms]
  }

  private static List<Tensor> halves(Tensor z, int axis) {
    int length = z.shape().dim(axis);
    int half = (length + 1) / 2;
    return z.split(axis, half, length - half);
  }

  /** Returns the dictionary's atoms as images in the space of pixels: {@code [atoms, p, p, c]}. */
  public Tensor pictures() {
    int n = mean.shape().dim(0);
    int atoms = dictionary.shape().dim(1);
    Tensor d = dictionary.value().transpose();
    Tensor low = d.minKeep(1);
    Tensor scaled = d.sub(low).div(d.maxKeep(1).sub(low).maximum(1e-6));
    return scaled.reshape(atoms, side, side, n / (side * side));
  }

  /**
   * Returns random patches of random images of a data set: {@code [count, n]}.
   *
   * @param count how many
   */
  public Tensor sample(Dataset images, int count, Rng rng) {
    int n = mean.shape().dim(0);
    RandomGenerator random = rng.generator();
    float[] all = new float[count * n];
    Program program = Program.compile((Tensor x) -> Step.outputs(patches(x)));
    int perImage = Math.ceilDiv(count, images.size());
    int filled = 0;
    while (filled < all.length) {
      int[] image = {random.nextInt(images.size())};
      Tensor p = program.run(images.batch(image).getFirst()).output(0); // [1, r, s, n]
      float[] values = p.toFloatArray();
      for (int i = 0; i < perImage && filled < all.length; i++, filled += n) {
        System.arraycopy(values, n * random.nextInt(values.length / n), all, filled, n);
      }
    }
    return Tensor.of(all, count, n);
  }
}
