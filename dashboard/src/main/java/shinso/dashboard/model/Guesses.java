package shinso.dashboard.model;

import java.util.ArrayList;
import java.util.List;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.model.Classifier;
import shinso.train.report.FeatureViews;
import shinso.zoo.harness.ImageInput;
import shinso.zoo.harness.Prediction;

/**
 * What a classifier says about a picture.
 *
 * @param input the picture as the model sees it
 * @param changes what was done to it before, a few words each
 * @param guesses the classes, the most probable first
 * @param maps what the convolutions make of it; empty if there are none
 */
record Guesses(
    Shown.Picture input,
    List<String> changes,
    List<Prediction.Guess> guesses,
    List<FeatureMaps> maps) {
  /** Channels of a layer that are shown; half of them if there are many layers. */
  private static final int MOST_CHANNELS = 64;

  private static final int FEW_LAYERS = 3;

  /** Keeps copies. */
  Guesses {
    changes = List.copyOf(changes);
    guesses = List.copyOf(guesses);
    maps = List.copyOf(maps);
  }

  /**
   * The feature maps of a layer.
   *
   * @param layer its name
   * @param channels how many there are
   * @param maps the first of them; the strongest response is white
   */
  record FeatureMaps(String layer, int channels, List<Shown.Picture> maps) {
    /** Keeps a copy. */
    FeatureMaps {
      maps = List.copyOf(maps);
    }
  }

  /**
   * Returns what a classifier says about a picture.
   *
   * @param withMaps whether feature maps are wanted
   */
  static Guesses of(OpenModel model, Fields picture, boolean withMaps) {
    Classifier classifier = model.as(Classifier.class, "tell classes apart");
    ImageInput.Read read = GivenPicture.read(model, picture);
    Tensor x = read.image().unsqueeze(0).evaluate();
    Program program =
        model.program(
            "classify",
            () ->
                Program.compile(
                    (Tensor in) -> Step.outputs(Prediction.probabilities(classifier, in))));
    double[] p = model.finite(program.run(x).output(0).toDoubleArray());
    return new Guesses(
        Shown.Picture.of(x).getFirst(),
        read.changes(),
        Prediction.guesses(p, model.classNames()),
        withMaps ? maps(model, x) : List.of());
  }

  private static List<FeatureMaps> maps(OpenModel model, Tensor x) {
    Convolutions seen =
        model.once("convolutions", Convolutions.class, () -> Convolutions.of(model, x));
    List<String> layers = seen.names();
    if (layers.isEmpty()) {
      return List.of();
    }
    Program program = model.program("maps", () -> Program.compile((Tensor in) -> seen.step(in)));
    List<Tensor> activations = program.run(x).outputs();
    int most = layers.size() <= FEW_LAYERS ? MOST_CHANNELS : MOST_CHANNELS / 2;
    List<FeatureMaps> all = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      Tensor maps = FeatureViews.visible(activations.get(i)); // [1, h, w, c]
      Shape s = maps.shape();
      Tensor first = maps.slice(3, 0, Math.min(most, s.dim(3)));
      Tensor pictures = first.permute(3, 1, 2, 0).evaluate(); // [shown, h, w, 1]
      all.add(new FeatureMaps(layers.get(i), s.dim(3), Shown.Picture.of(pictures)));
    }
    return all;
  }
}
