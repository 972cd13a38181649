package shinso.dashboard.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.layer.Pass;
import shinso.nn.model.Classifier;
import shinso.nn.model.LogitClassifier;
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
  /** Channels of a layer that are shown. */
  private static final int MOST_CHANNELS = 64;

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
    Network network = network(model);
    List<String> layers = network == null ? List.of() : FeatureViews.convolutions(network);
    if (network == null || layers.isEmpty()) {
      return List.of();
    }
    Program program =
        model.program(
            "maps",
            () ->
                Program.compile((Tensor in) -> {
                  var all = network.activations(in, Pass.inference());
                  return Step.outputs(layers.stream().map(all::get).toArray(Tensor[]::new));
                }));
    List<Tensor> activations = program.run(x).outputs();
    List<FeatureMaps> all = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      Tensor maps = FeatureViews.visible(activations.get(i)); // [1, h, w, c]
      Shape s = maps.shape();
      Tensor first = maps.slice(3, 0, Math.min(MOST_CHANNELS, s.dim(3)));
      Tensor pictures = first.permute(3, 1, 2, 0).evaluate(); // [shown, h, w, 1]
      all.add(new FeatureMaps(layers.get(i), s.dim(3), Shown.Picture.of(pictures)));
    }
    return all;
  }

  private static @Nullable Network network(OpenModel model) {
    return model.latest().model() instanceof LogitClassifier c && c.network() instanceof Network n
        ? n
        : null;
  }
}
