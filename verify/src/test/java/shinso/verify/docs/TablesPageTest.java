package shinso.verify.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Adam;
import shinso.train.checkpoint.ModelFile;
import shinso.train.data.Batches;
import shinso.train.data.Dataset;
import shinso.train.data.Split;
import shinso.train.data.file.CsvEncoder;
import shinso.train.data.file.CsvFile;
import shinso.train.data.file.CsvSchema;
import shinso.train.data.file.CsvSplit;
import shinso.train.loop.SupervisedLearner;
import shinso.train.loop.Trainer;

/** The examples of the page on tables are the code here, which trains, saves, loads, predicts. */
final class TablesPageTest {
  private static final Path PAGE = Path.of("..", "docs", "tables.md");
  private static final Path SOURCE =
      Path.of("..", "verify/src/test/java/shinso/verify/docs/TablesPageTest.java");

  @TempDir Path folder;

  @Test
  void whatIsTrainedPredicts() throws IOException {
    Random random = new Random(1);
    StringBuilder houses = new StringBuilder("area,district,price\n");
    for (int i = 0; i < 400; i++) {
      int area = 30 + random.nextInt(120);
      boolean north = random.nextBoolean();
      houses.append(i % 50 == 0 ? "" : area).append(north ? ",north," : ",south,");
      houses.append(2 * area + (north ? 100 : 0)).append('\n');
    }
    Files.writeString(folder.resolve("houses.csv"), houses);
    Files.writeString(folder.resolve("new.csv"), "note,district,area\na,north,100\nb,south,50\n");
    train();
    Tensor prices = predict();
    assertEquals(Shape.of(2, 1), prices.shape());
    float[] p = prices.toFloatArray();
    assertEquals(300, p[0], 40);
    assertEquals(100, p[1], 40);
  }

  private void train() {
    // begin
    CsvFile table = CsvFile.read(folder.resolve("houses.csv"), CsvFile.Format.COMMA);
    CsvSplit rows = CsvSplit.random(table, 0.1, 0.2, 1);
    CsvEncoder encoder =
        CsvSchema.regression("price")
            .oneHot("district")
            .missing(CsvSchema.Missing.MEAN)
            .unseen(CsvSchema.Unseen.OTHER)
            .standardizing()
            .standardizingTargets()
            .fit(rows);
    Split data = encoder.encode(rows);

    Network net =
        Network.of(encoder.featureNames().size()).dense(16).relu().dense(1).build(Rng.of(1));
    SupervisedLearner learner = SupervisedLearner.of(net, Losses::mse, Adam.of(1e-2));
    Trainer.of(learner, Batches.shuffled(data.train(), 32, 1)).epochs(30).run();
    ModelFile.save(folder.resolve("houses.safetensors"), learner.model(), Map.of());
    encoder.save(folder.resolve("houses.json"));
    // end
  }

  private Tensor predict() {
    // begin
    CsvEncoder encoder = CsvEncoder.load(folder.resolve("houses.json"));
    Network net =
        Network.of(encoder.featureNames().size()).dense(16).relu().dense(1).build(Rng.of(1));
    ModelFile.load(folder.resolve("houses.safetensors"), Parameters.all(net));
    CsvFile rows = CsvFile.read(folder.resolve("new.csv"), CsvFile.Format.COMMA);
    Dataset inputs = encoder.encodeFeatures(rows);
    Tensor x = inputs.batch(IntStream.range(0, rows.size()).toArray()).getFirst();
    Tensor prices = encoder.restoreTargets(net.forward(x, Pass.inference()));
    System.out.println(prices);
    // end
    return prices;
  }

  @Test
  void thePageShowsThisCode() throws IOException {
    List<String> shown = blocks(PAGE, "```java\n(.*?)```");
    List<String> tested = blocks(SOURCE, "// begin\n(.*?)// end\n");
    assertTrue(shown.size() == 2, () -> shown.size() + " examples");
    assertEquals(
        tested, shown.stream().map(s -> s.replace("Path.of(", "folder.resolve(")).toList());
  }

  /** Returns what a pattern finds in a file, without blanks and line breaks. */
  private static List<String> blocks(Path file, String pattern) throws IOException {
    List<String> found = new ArrayList<>();
    Pattern.compile(pattern, Pattern.DOTALL)
        .matcher(Files.readString(file))
        .results()
        .forEach(m -> found.add(m.group(1).replaceAll("\\s+", "")));
    return found;
  }
}
