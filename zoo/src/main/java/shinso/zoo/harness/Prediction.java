package shinso.zoo.harness;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import shinso.core.tensor.Tensor;
import shinso.nn.model.Classifier;
import shinso.train.data.DataException;

/**
 * What a model says about a picture.
 *
 * @param file the picture
 * @param guesses the classes, the most probable first
 * @param changes what was done to the picture before the model saw it, a few words each
 */
public record Prediction(Path file, List<Guess> guesses, List<String> changes) {
  /** A class and its probability. */
  public record Guess(String name, double probability) {}

  /**
   * Returns what a classifier says about a picture.
   *
   * @param input how it is read
   * @param classes their names
   * @throws DataException if the file is no picture or shows nothing, or the model's answer is no
   *     number
   */
  public static Prediction of(
      Classifier classifier, ImageInput input, List<String> classes, Path picture) {
    ImageInput.Read read = input.read(picture);
    double[] p = probabilities(classifier, read.image().unsqueeze(0)).toDoubleArray();
    checkNumbers(picture, p);
    return new Prediction(picture, guesses(p, classes), read.changes());
  }

  /** Returns the probabilities of the classes: {@code [b, *] -> [b, classes]}. */
  public static Tensor probabilities(Classifier classifier, Tensor pictures) {
    return classifier.logits(pictures).softmax(-1);
  }

  /**
   * Returns the classes with their probabilities, the most probable first.
   *
   * @param p the probabilities
   * @param classes their names; those without one are called by their number
   */
  public static List<Guess> guesses(double[] p, List<String> classes) {
    return IntStream.range(0, p.length)
        .boxed()
        .sorted((a, b) -> Double.compare(p[b], p[a]))
        .map(c -> new Guess(c < classes.size() ? classes.get(c) : Integer.toString(c), p[c]))
        .toList();
  }

  /**
   * Checks what a model says.
   *
   * @param about the picture that it says it of, or the run whose model it is
   * @throws DataException if a value is NaN or infinite
   */
  public static void checkNumbers(Path about, double[] values) {
    for (double v : values) {
      if (!Double.isFinite(v)) {
        throw new DataException(
            "%s: the model's answer is %s, so its weights are damaged or its training went wrong; train it again"
                .formatted(about, v));
      }
    }
  }
}
