package shinso.nn.layer;

import java.util.Arrays;
import shinso.core.op.ConvSpec;
import shinso.core.tensor.Check;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Local contrast normalisation of images, {@code [n, h, w, c] -> [n, h, w, c]}: each pixel less the
 * mean around it, and divided by the deviation around it,
 *
 * <pre>
 * v = x − Σ w x         subtractive
 * y = v / max(c, σ)     divisive, σ² = Σ w v², c the mean of σ over the image
 * </pre>
 *
 * where the sums are over a window around the pixel, and over all channels or the pixel's own. The
 * weights w are Gaussian with the sum 1; at the border they are those inside of the image, with the
 * sum 1 again. An even image becomes 0.
 *
 * <p>Source: Jarrett, Kavukcuoglu, Ranzato and LeCun, "What is the best multi-stage architecture
 * for object recognition?" (2009), section 3.1.
 *
 * @param size rows and columns of the window, odd
 * @param deviation of the Gaussian in pixels
 * @param channels whether a pixel is compared with all channels or its own
 * @param division by what the difference is divided
 */
public record LocalContrastNorm(int size, double deviation, Channels channels, Division division)
    implements Layer {
  /** The deviation of an even image, which is divided by as if it were not 0. */
  private static final double LEAST = 1e-4;

  /** With which channels a pixel is compared. */
  public enum Channels {
    /** All of them: one mean and one deviation for each position. */
    ALL,
    /** Its own. */
    OWN
  }

  /** By what the difference to the mean is divided. */
  public enum Division {
    /** By nothing: subtractive normalisation. */
    NONE,
    /** As above: σ² is of pixels less the mean around each of them. */
    OWN_MEANS,
    /** By σ itself with σ² = Σ w (x − m)², where m is the mean around the window's centre. */
    CENTRE_MEAN
  }

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if the size is not odd or the deviation not positive
   */
  public LocalContrastNorm {
    if (size < 1 || size % 2 == 0) {
      throw new IllegalArgumentException(
          "localContrastNorm: the window has an odd size, a pixel in its middle, not " + size);
    }
    if (!(deviation > 0)) {
      throw new IllegalArgumentException(
          "localContrastNorm: the deviation is positive, not " + deviation);
    }
  }

  /** Returns the layer of the paper: over all channels, with a deviation of size / 4. */
  public static LocalContrastNorm of(int size) {
    return new LocalContrastNorm(size, size / 4.0, Channels.ALL, Division.OWN_MEANS);
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Check.rank("localContrastNorm", x.shape(), 4, "[batch, height, width, channels]");
    // A constant that is taken off an image changes nothing but what rounding loses.
    Tensor image = x.sub(x.meanKeep(1, 2, 3).stopGradient());
    Tensor mean = around(image);
    Tensor v = image.sub(mean);
    return switch (division) {
      case NONE -> v;
      case OWN_MEANS -> {
        Tensor sigma = root(around(v.square()));
        yield v.div(sigma.maximum(sigma.meanKeep(1, 2, 3)));
      }
      case CENTRE_MEAN -> v.div(root(around(image.square()).sub(mean.square())));
    };
  }

  private static Tensor root(Tensor variance) {
    return variance.maximum(LEAST * LEAST).sqrt();
  }

  /** Returns weighted means around each pixel, {@code [n, h, w, c or 1]}. */
  private Tensor around(Tensor x) {
    Shape s = x.shape();
    Tensor one = Tensor.constant(1, x.dtype()).broadcastTo(Shape.of(1, s.dim(1), s.dim(2), 1));
    Tensor all = channels == Channels.ALL ? x.meanKeep(3) : x;
    return sums(all).div(sums(one));
  }

  /** The Gaussian over rows, then over columns, for each channel. */
  private Tensor sums(Tensor x) {
    int c = x.shape().dim(3);
    int reach = size / 2;
    double[] weights = new double[size];
    Arrays.setAll(weights, i -> Math.exp(-0.5 * Math.pow((i - reach) / deviation, 2)));
    Tensor w = Tensor.of(weights, size, 1).cast(x.dtype()).broadcastTo(Shape.of(size, c));
    ConvSpec apart = ConvSpec.VALID.withGroups(c);
    return x.conv2d(w.reshape(size, 1, 1, c), apart.withPadding(reach, reach, 0, 0))
        .conv2d(w.reshape(1, size, 1, c), apart.withPadding(0, 0, reach, reach));
  }

  /** Returns the name and what is set. */
  @Override
  public String toString() {
    return "LocalContrastNorm(%dx%d, deviation %s, %s, %s)"
        .formatted(size, size, deviation, channels, division);
  }
}
