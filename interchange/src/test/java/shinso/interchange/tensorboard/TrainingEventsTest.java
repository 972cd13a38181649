package shinso.interchange.tensorboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.interchange.onnx.OnnxRun.got;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Adam;
import shinso.train.data.Batches;
import shinso.train.data.Column;
import shinso.train.data.InMemoryDataset;
import shinso.train.loop.Callback;
import shinso.train.loop.Event;
import shinso.train.loop.SupervisedLearner;
import shinso.train.loop.Trainer;
import shinso.train.run.MetricsTable;
import shinso.train.run.RunFolder;
import shinso.train.run.RunInfo;

/** What TensorBoard shows of a training is what {@code metrics.csv} has, also after a kill. */
final class TrainingEventsTest {
  private static final int STEPS = 30;

  @TempDir private Path root;

  /** Dies at a step, as a process that is killed: nothing is closed or saved. */
  private record Killer(long at) implements Callback {
    @Override
    public void on(Event event, Control control) {
      if (event instanceof Event.Recorded r && r.step() == at) {
        throw new IllegalStateException("killed");
      }
    }
  }

  private static void train(RunFolder run, Path events, long killedAt) {
    InMemoryDataset data =
        InMemoryDataset.of(
            "noise",
            List.of(
                Column.floats("x", Shape.of(3), Tensor.normal(Rng.of(1), 24, 3).toFloatArray()),
                Column.floats("y", Shape.of(2), Tensor.normal(Rng.of(2), 24, 2).toFloatArray())));
    Network net = Network.of(3).dense(4).tanh().dense(2).build(Rng.of(3));
    var learner = SupervisedLearner.of(net, Losses::mse, Adam.of(1e-2));
    TrainingEvents written = TrainingEvents.in(events, learner.model(), () -> 17);
    Trainer.of(learner, Batches.shuffled(data, 8, 4))
        .steps(STEPS)
        .recordEvery(2)
        .evaluateEvery(10)
        .checkpointEvery(8)
        .evaluate("validation", Batches.inOrder(data, 24))
        .evaluateAtEnd("test", Batches.inOrder(data, 12))
        .gauge("rate", step -> 1e-2)
        .with(written)
        .with(new Killer(killedAt))
        .in(run)
        .run();
  }

  private RunFolder run() {
    return RunFolder.create(
        root, RunInfo.starting("noise", "smoke", 4, Map.of(), "noise", List.of()));
  }

  /** Returns the numbers by tag and step, as TensorBoard has them: after a restart it forgets. */
  private static SortedMap<String, SortedMap<Long, Float>> shown(Path folder) throws IOException {
    SortedMap<String, SortedMap<Long, Float>> shown = new TreeMap<>();
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.sorted().toList();
    }
    for (Path file : files) {
      for (byte[] record : RecordReader.read(file)) {
        Fields event = Fields.of(record);
        if (event.all().containsKey(7)) {
          shown.values().forEach(points -> points.tailMap(event.integer(2)).clear());
        } else if (event.all().containsKey(5)) {
          Fields summary = event.message(5);
          for (int i = 0; i < summary.all().getOrDefault(1, List.of()).size(); i++) {
            Fields value = summary.message(1, i);
            boolean isNumber = value.all().containsKey(2);
            Float before =
                shown
                    .computeIfAbsent(value.text(1), t -> new TreeMap<>())
                    .put(event.integer(2), isNumber ? value.single(2) : 0f);
            assertEquals(null, before, value.text(1) + " has step " + event.integer(2) + " twice");
          }
        }
      }
    }
    return shown;
  }

  @Test
  void allThatIsRecordedIsShown() throws IOException {
    RunFolder run = run();
    train(run, root.resolve("events"), -1);
    var shown = shown(root.resolve("events"));
    MetricsTable table = MetricsTable.read(run.metrics());
    for (String column : List.of("train.loss", "validation.loss", "rate", "epoch")) {
      SortedMap<Long, Float> points = new TreeMap<>();
      table.series(column).forEach(p -> points.put((long) p.step(), (float) p.value()));
      assertTrue(points.size() >= 3, column);
      assertEquals(points, shown.get(EventFile.tag(column)), column);
    }
    assertEquals(
        got(run.info().metrics(), "test.loss").floatValue(),
        got(shown, "loss/test").get((long) STEPS));
    assertEquals(List.of(10L, 20L, 30L), List.copyOf(got(shown, "layers.dense1/weight").keySet()));
    assertTrue(!shown.containsKey("seconds"));
  }

  @Test
  void afterAKillNothingIsLostAndNothingDoubled() throws IOException {
    RunFolder whole = run();
    train(whole, root.resolve("whole"), -1);
    RunFolder killed = run();
    Path events = root.resolve("killed");
    // Before the first checkpoint, then behind two of them.
    for (long at : List.of(4L, 22L)) {
      assertThrows(IllegalStateException.class, () -> train(killed, events, at));
    }
    train(killed, events, -1);
    try (Stream<Path> files = Files.list(events)) {
      assertEquals(3, files.count());
    }
    assertEquals(shown(root.resolve("whole")), shown(events));
  }
}
