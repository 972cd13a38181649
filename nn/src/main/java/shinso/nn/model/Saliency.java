package shinso.nn.model;

import shinso.core.autodiff.Autodiff;
import shinso.core.tensor.Check;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Which inputs a classifier's decision hangs on: the magnitude of the derivative of a class's score
 * by each of them.
 *
 * <p>Source: Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks: visualising
 * image classification models and saliency maps" (2014), section 3.
 */
public final class Saliency {
  private Saliency() {}

  /**
   * Returns |∂ logit of the class / ∂x|, the largest over the channels of an image: {@code [b, h,
   * w, c] -> [b, h, w, 1]}; for inputs of another rank, of each element.
   *
   * @param classes I32 {@code [b]}
   * @throws IllegalArgumentException if there is not one class for each example
   */
  public static Tensor of(Classifier classifier, Tensor x, Tensor classes) {
    Check.sameShape("saliency, one class an example", Shape.of(x.shape().dim(0)), classes.shape());
    Tensor scores = classifier.logits(x).takeAlong(1, classes.unsqueeze(1)); // [b, 1]
    Tensor size = Autodiff.gradient(scores.sum(), x).abs();
    return x.shape().rank() == 4 ? size.maxKeep(3) : size;
  }
}
