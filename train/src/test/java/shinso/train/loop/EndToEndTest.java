package shinso.train.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.core.random.Rng;
import shinso.nn.layer.Network;
import shinso.nn.loss.Losses;
import shinso.nn.loss.Metrics;
import shinso.nn.optim.Adam;
import shinso.train.checkpoint.ModelFile;
import shinso.train.data.Batches;
import shinso.train.data.Split;
import shinso.train.data.glyphs.Glyphs;
import shinso.train.report.Predictions;
import shinso.train.report.Report;
import shinso.train.report.Section;
import shinso.train.run.RunFolder;
import shinso.train.run.RunInfo;
import shinso.train.run.RunStatus;

/** From drawn digits to a report, on whichever backend there is. */
class EndToEndTest {
  private static final int SEED = 5;

  @TempDir private Path root;

  private static Network network(int seed) {
    return Network.of(28, 28, 1)
        .averagePool(2)
        .conv(4, 3)
        .relu()
        .maxPool(3)
        .flatten()
        .dense(24)
        .relu()
        .dense(10)
        .build(Rng.of(seed));
  }

  private static SupervisedLearner learner(Network network) {
    return SupervisedLearner.of(network, Losses::softmaxCrossEntropy, Adam.of(5e-3))
        .metric("accuracy", Metrics::accuracy);
  }

  @Test
  void digits() throws IOException {
    Split split = Glyphs.split(SEED, 400, 150).withStratifiedValidation(50, SEED);
    Network network = network(SEED);
    RunFolder run =
        RunFolder.create(
            root,
            RunInfo.starting(
                "digits",
                "smoke",
                SEED,
                Map.of(),
                split.train().description(),
                List.of("run", "digits")));
    Outcome outcome =
        Trainer.of(learner(network), Batches.shuffled(split.train(), 25, SEED))
            .seed(SEED)
            .epochs(10)
            .evaluate("validation", Batches.inOrder(split.validation(), 50))
            .evaluateAtEnd("test", Batches.inOrder(split.test(), 50))
            .with(BestModel.by(Goal.largest("validation.accuracy")))
            .in(run)
            .run();
    double accuracy = outcome.metrics().getOrDefault("test.accuracy", 0.0);
    assertTrue(accuracy > 0.5, "test accuracy " + accuracy + ", by chance 0.1");

    Predictions predictions = Predictions.of(network, Batches.inOrder(split.test(), 64));
    assertEquals(accuracy, predictions.accuracy(), 1e-6);
    String html =
        Files.readString(
            Report.of(run)
                .with(Section.classifier(predictions))
                .with(Section.filters(learner(network).model(), network.input()))
                .with(Section.text("Model", network.summary().toString()))
                .write());
    assertTrue(html.contains("Hardest mistakes") && html.contains("First layer"));
    assertEquals(RunStatus.FINISHED, run.info().status());

    Network loaded = network(SEED + 1);
    ModelFile.load(run.model(), learner(loaded).model());
    Predictions same = Predictions.of(loaded, Batches.inOrder(split.test(), 64));
    for (int i = 0; i < split.test().size(); i++) {
      for (int c = 0; c < 10; c++) {
        assertEquals(predictions.probability(i, c), same.probability(i, c));
      }
    }
  }
}
