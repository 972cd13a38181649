package demo;

import module shinso.train;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A network that reads digits, from a file where there is one. One object serves all threads. */
final class Reader {
  static final int PIXELS = 28 * 28;

  private final Program program;

  private Reader(Network net) {
    program =
        Program.compile(
            (Tensor x) -> Step.outputs(net.forward(x, Pass.inference()).softmax(1)));
  }

  /** Loads the network, or trains it and saves it. */
  static Reader of(Path file) {
    Network net =
        Network.of(28, 28, 1).conv(16, 3).relu().maxPool(2).flatten().dense(10).build(Rng.of(1));
    if (Files.exists(file)) {
      ModelFile.load(file, Parameters.all(net));
    } else {
      train(net);
      ModelFile.save(file, Parameters.all(net), Map.of("classes", "0 to 9"));
    }
    return new Reader(net);
  }

  private static void train(Network net) {
    Split digits = Catalog.load("glyphs").limit(3000, 0, 0);
    var learner = SupervisedLearner.of(net, Losses::softmaxCrossEntropy, Adam.of(1e-3));
    Trainer.of(learner, Batches.shuffled(digits.train(), 64, 1)).epochs(2).run();
  }

  /** Returns the probabilities of the ten digits for a picture, white on black from 0 to 255. */
  float[] probabilities(byte[] picture) {
    float[] x = new float[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
      x[i] = (picture[i] & 255) / 255f;
    }
    List<Tensor> answer = program.run(Tensor.of(x, 1, 28, 28, 1)).outputs();
    return answer.getFirst().toFloatArray();
  }
}
