package shinso.zoo.harness;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import shinso.nn.model.Classifier;

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
   * @throws shinso.train.data.DataException if the file is no picture, or shows nothing
   */
  public static Prediction of(Classifier classifier, PictureSource source, Path picture) {
    ImageInput.Read read = source.input().read(picture);
    double[] p = classifier.logits(read.image().unsqueeze(0)).softmax(-1).toDoubleArray();
    List<String> names = source.classNames();
    List<Guess> guesses =
        IntStream.range(0, p.length)
            .boxed()
            .sorted((a, b) -> Double.compare(p[b], p[a]))
            .map(c -> new Guess(names.get(c), p[c]))
            .toList();
    return new Prediction(picture, guesses, read.changes());
  }
}
