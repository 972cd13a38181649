package shinso.train.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.train.checkpoint.ModelFile;
import shinso.train.data.Batches;
import shinso.train.file.FileException;
import shinso.train.run.RunFolder;

@Tag("row-C3")
class BestModelTest {
  @TempDir private Path root;

  private static Trainer trainer(Learner learner) {
    Batches batches = Batches.inOrder(Toy.Points.of(4, 1), 4);
    return Trainer.of(learner, batches).evaluate("validation", batches);
  }

  @Test
  void stopsAfterPatienceAndGivesTheBestBack() {
    // step                              0  1  2    3    4  5    6  7  8  9
    Toy.Scripted learner = new Toy.Scripted(9, 5, 4, 4.5, 4, 3.9, 4, 5, 6, 1);
    Toy.Recorder recorder = new Toy.Recorder();
    Outcome outcome =
        trainer(learner)
            .steps(9)
            .with(BestModel.by(Goal.smallest("validation.loss")).patience(3))
            .with(recorder)
            .run();
    assertEquals(Ending.STOPPED, outcome.ending());
    assertEquals(
        "validation.loss was no better than 3.9 of step 5 in 3 evaluations", outcome.reason());
    assertEquals(8, outcome.step());
    assertEquals(5, outcome.best());
    assertEquals(5, learner.count());
    assertEquals(3.9f, outcome.metrics().getOrDefault("validation.loss", 0.0).floatValue());
    assertEquals(
        List.of(1L, 2L, 5L),
        recorder.all(Event.Improved.class).stream().map(Event.Improved::step).toList());
  }

  @Test
  void patienceCountsPeriodsNotSteps() {
    // looked at after steps 2, 4, 6, 8, 10
    Toy.Scripted learner = new Toy.Scripted(9, 0, 5, 0, 6, 0, 6, 0, 1, 0, 2, 0, 3);
    Outcome outcome =
        trainer(learner)
            .steps(12)
            .evaluateEvery(2)
            .with(BestModel.by(Goal.smallest("validation.loss")).patience(2))
            .run();
    assertEquals(6, outcome.step());
    assertEquals(2, outcome.best());
    assertEquals(2, learner.count());
  }

  /** Algorithm 7.2: the best step T with some data held out, then T steps on all data. */
  @Test
  void trainingAgainOnAllDataForTSteps() {
    Toy.Scripted learner = new Toy.Scripted(9, 5, 4, 4.5, 4, 3.9, 4, 5, 6, 1);
    Outcome first =
        trainer(learner)
            .steps(9)
            .with(BestModel.by(Goal.smallest("validation.loss")).patience(3))
            .run();
    assertEquals(5, first.kept());
    Toy.Scripted anew = new Toy.Scripted(9, 5, 4, 4.5, 4, 3.9, 4, 5, 6, 1);
    Outcome second =
        Trainer.of(anew, Batches.inOrder(Toy.Points.of(8, 1), 4)).steps(first.kept()).run();
    assertEquals(Ending.COMPLETED, second.ending());
    assertNull(second.best());
    assertEquals(5, second.kept());
    assertEquals(5, anew.count());
  }

  @Test
  void withoutPatienceItOnlyKeepsTheBest() {
    Toy.Scripted learner = new Toy.Scripted(9, 1, 7, 7, 5, Double.NaN, 3);
    Outcome outcome =
        trainer(learner).steps(6).with(BestModel.by(Goal.largest("validation.loss"))).run();
    assertEquals(Ending.COMPLETED, outcome.ending());
    assertEquals(2, outcome.best());
    assertEquals(2, learner.count());
    assertEquals(7, outcome.metrics().get("validation.loss"));
  }

  @Test
  void theLastModelMayBeTheBest() {
    Toy.Scripted learner = new Toy.Scripted(9, 3, 2, 1);
    Outcome outcome =
        trainer(learner).steps(3).with(BestModel.by(Goal.smallest("validation.loss"))).run();
    assertEquals(3, outcome.best());
    assertEquals(3, learner.count());
  }

  @Test
  void nothingButNanIsNeverBest() {
    Toy.Scripted learner = new Toy.Scripted(9, Double.NaN, Double.NaN, Double.NaN);
    Outcome outcome =
        trainer(learner)
            .steps(3)
            .with(BestModel.by(Goal.smallest("validation.loss")).patience(2))
            .run();
    assertNull(outcome.best());
    assertEquals(2, outcome.step());
    assertEquals("validation.loss was no better than NaN in 2 evaluations", outcome.reason());
  }

  @Test
  void theModelFileAndTheCheckpointsAreThoseOfTheBest() {
    RunFolder run = Toy.run(root);
    Toy.Scripted learner = new Toy.Scripted(9, 5, 2, 3, 4, 5, 6);
    trainer(learner)
        .steps(6)
        .checkpointEvery(1)
        .keep(1)
        .with(BestModel.by(Goal.smallest("validation.loss")))
        .in(run)
        .run();
    assertEquals(List.of(2L, 6L), run.checkpoints(1).steps());
    Toy.Scripted loaded = new Toy.Scripted(0);
    ModelFile.load(run.model(), loaded.model());
    assertEquals(2, loaded.count());
  }

  @Test
  void aStoppedRunStaysStoppedWhenItIsResumed() throws Exception {
    RunFolder run = Toy.run(root);
    Toy.Scripted learner = new Toy.Scripted(9, 5, 6, 7, 1);
    BestModel best = BestModel.by(Goal.smallest("validation.loss"));
    assertEquals(3, trainer(learner).steps(4).with(best.patience(2)).in(run).run().step());
    byte[] model = Files.readAllBytes(run.model());
    Files.delete(run.model());
    Toy.Scripted again = new Toy.Scripted(9, 5, 6, 7, 1);
    Outcome outcome = trainer(again).steps(4).with(best.patience(2)).in(run).run();
    assertEquals(Ending.STOPPED, outcome.ending());
    assertEquals(3, outcome.step());
    assertEquals(1, again.count());
    assertEquals(-1, Arrays.mismatch(model, Files.readAllBytes(run.model())));
  }

  @Test
  void whenTheBestIsLostTheSearchBeginsAnew() throws Exception {
    RunFolder run = Toy.run(root);
    double[] script = {9, 1, 6, 7, 5, 8};
    trainer(new Toy.Scripted(script))
        .steps(3)
        .with(BestModel.by(Goal.smallest("validation.loss")))
        .in(run)
        .run();
    Path file = run.checkpoints(2).tensors(1);
    Files.write(file, new byte[5]);
    Toy.Recorder recorder = new Toy.Recorder();
    Toy.Scripted learner = new Toy.Scripted(script);
    Outcome outcome =
        trainer(learner)
            .steps(5)
            .with(BestModel.by(Goal.smallest("validation.loss")))
            .with(recorder)
            .in(run)
            .run();
    assertEquals(4, outcome.best());
    assertEquals(4, learner.count());
    List<String> notices =
        recorder.all(Event.Noticed.class).stream().map(Event.Noticed::text).toList();
    assertEquals(
        List.of(
            "going on after step 3",
            file
                + " is no safetensors file: it has only 5 bytes; the best model so far is lost, the"
                + " best from here on is kept"),
        notices);
  }

  @Test
  void wrongUse() {
    assertThrows(
        IllegalArgumentException.class,
        () -> BestModel.by(Goal.smallest("validation.loss")).patience(0));
    assertEquals(
        "there is a callback 'best.a.b' already; give it another name",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    trainer(new Toy.Scripted(0))
                        .with(BestModel.by(Goal.smallest("a.b")))
                        .with(BestModel.by(Goal.smallest("a.b"))))
            .getMessage());
    Toy.Scripted other = new Toy.Scripted(9, 5, 6);
    RunFolder run = Toy.run(root);
    trainer(other).steps(1).in(run).run();
    FileException e =
        assertThrows(FileException.class, () -> trainer(other).seed(4).steps(2).in(run).run());
    assertEquals(
        "the checkpoint of step 1 was made with seed 0, not 4; resume with the same data, batch"
            + " size and seed",
        e.getMessage());
  }

  /** Else it would never stop and keep nothing, in silence. */
  @Test
  void aMetricThatNothingMeasuresIsAnError() {
    RunFolder run = Toy.run(root);
    Trainer other =
        Toy.trainer(Toy.learner())
            .with(BestModel.by(Goal.smallest("val_loss")).patience(1))
            .in(run);
    String message =
        "nothing measures 'val_loss'; what is measured in training is validation.accuracy,"
            + " validation.loss";
    assertEquals(message, assertThrows(IllegalArgumentException.class, other::run).getMessage());
    assertEquals(message, run.info().ending());
    assertEquals(List.of(), run.checkpoints(1).steps());
    // What is measured at the end comes too late.
    assertEquals(
        message.replace("val_loss", "test.loss"),
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    Toy.trainer(Toy.learner()).with(BestModel.by(Goal.smallest("test.loss"))).run())
            .getMessage());
    Batches batches = Batches.inOrder(Toy.Points.of(4, 1), 4);
    assertEquals(
        "nothing measures 'validation.loss'; no set is evaluated in training: add one, as in"
            + " evaluate(\"validation\", batches)",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    Trainer.of(Toy.learner(), batches)
                        .with(BestModel.by(Goal.smallest("validation.loss")))
                        .run())
            .getMessage());
  }
}
