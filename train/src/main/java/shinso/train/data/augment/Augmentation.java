package shinso.train.data.augment;

import java.util.random.RandomGenerator;

/**
 * A random change of a picture that leaves its class as it is.
 *
 * <pre>{@code
 * Augmentation bent = Augmentation.rotation(15).then(Augmentation.scaling(0.85, 1.15))
 *     .then(Augmentation.elastic(34, 4));
 * Batches batches = Batches.shuffled(digits.train(), 128, seed).augmented(bent);
 * }</pre>
 *
 * <p>What an example becomes is a pure function of the seed, the epoch and the example. Those of
 * the changes here that move pixels are put together before pixels are read, bilinearly and once,
 * so that a chain of them doesn't blur; outside of the picture everything is 0.
 */
@FunctionalInterface
public interface Augmentation {
  /**
   * Returns a changed picture.
   *
   * @param random where the change is drawn from, and nothing else
   * @throws IllegalArgumentException if the picture is too small for the change
   */
  Image apply(Image image, RandomGenerator random);

  /** Returns this and then another change. */
  default Augmentation then(Augmentation next) {
    return (image, random) -> next.apply(apply(image, random), random);
  }

  /**
   * Moves by a number of pixels, whole or not, up to a limit along each axis.
   *
   * @throws IllegalArgumentException if the limit is negative
   */
  static Augmentation shift(double pixels) {
    return Warps.shift(pixels);
  }

  /**
   * Adds a border of zeros and cuts the picture's size out again at a random place: a move by whole
   * pixels, as in He et al., "Deep residual learning" (2016), section 4.2.
   *
   * @throws IllegalArgumentException if the border is negative
   */
  static Augmentation paddedCrop(int border) {
    return Warps.paddedCrop(border);
  }

  /**
   * Turns around the middle by up to so many degrees either way.
   *
   * @throws IllegalArgumentException if the limit is negative
   */
  static Augmentation rotation(double degrees) {
    return Warps.rotation(degrees);
  }

  /**
   * Makes larger or smaller around the middle, along both axes alike.
   *
   * @throws IllegalArgumentException if the factors are not positive and in order
   */
  static Augmentation scaling(double least, double most) {
    return Warps.scaling(least, most);
  }

  /**
   * Cuts out a part of the picture's proportions, of a random area and place, and brings it to the
   * picture's size; nothing from outside of the picture is seen.
   *
   * <p>Source: Szegedy et al., "Going deeper with convolutions" (2015), section 6, there from 8 %
   * of the area.
   *
   * @param least the smallest share of the area, above 0 and at most 1
   * @throws IllegalArgumentException if it is not
   */
  static Augmentation resizedCrop(double least) {
    return Warps.resizedCrop(least);
  }

  /**
   * Slants by up to so many pixels sideways a row, either way.
   *
   * @throws IllegalArgumentException if the limit is negative
   */
  static Augmentation shear(double slope) {
    return Warps.shear(slope);
  }

  /** Mirrors left and right in so large a share of the cases. */
  static Augmentation horizontalFlip(double probability) {
    return Warps.flip(probability, true);
  }

  /** Mirrors top and bottom in so large a share of the cases. */
  static Augmentation verticalFlip(double probability) {
    return Warps.flip(probability, false);
  }

  /**
   * Bends the plane: each pixel moves by α times a field of uniform numbers in (−1, 1) that a
   * Gaussian of standard deviation σ has smoothed.
   *
   * <p>Source: Simard, Steinkraus and Platt, "Best practices for convolutional neural networks
   * applied to visual document analysis" (2003), section 2; there α = 34 and σ = 4 for digits.
   *
   * @param alpha α, in pixels
   * @param sigma σ, in pixels
   * @throws IllegalArgumentException if α is negative or σ not positive
   */
  static Augmentation elastic(double alpha, double sigma) {
    return Warps.elastic(alpha, sigma);
  }

  /**
   * Cuts a smaller picture out at a random place.
   *
   * @throws IllegalArgumentException if a side is not positive
   */
  static Augmentation crop(int height, int width) {
    return new Crop(height, width);
  }
}
