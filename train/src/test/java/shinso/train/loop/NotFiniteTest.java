package shinso.train.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Optimizer;
import shinso.nn.optim.Schedule;
import shinso.nn.optim.Sgd;
import shinso.train.data.Batches;
import shinso.train.run.RunFolder;
import shinso.train.run.RunStatus;

class NotFiniteTest {
  @TempDir private Path root;

  private static String message(Trainer trainer) {
    return String.valueOf(assertThrows(NotFiniteException.class, trainer::run).getMessage());
  }

  @Test
  void theDataAreNamed() {
    Batches batches = Batches.shuffled(Toy.Points.of(50, 1).with(2 * 37 + 1, Double.NaN), 8, 5);
    SupervisedLearner learner = Toy.learner();
    RunFolder run = Toy.run(root);
    String message = message(Trainer.of(learner, batches).epochs(3).in(run));
    int step = -1;
    int[] order = batches.order(0);
    for (int i = 0; i < order.length; i++) {
      if (order[i] == 37) {
        step = i / 8 + 1;
      }
    }
    assertEquals(
        "step "
            + step
            + ": the loss is NaN because the data are not finite: example 37 of points has NaN in"
            + " 'point'[1]",
        message);
    // The step changed nothing.
    for (Param p : learner.model().values()) {
      for (float x : p.value().toFloatArray()) {
        assertTrue(Float.isFinite(x));
      }
    }
    assertEquals(RunStatus.FAILED, run.info().status());
    assertEquals(message, run.info().ending());
  }

  @Test
  void infiniteDataInAnEvaluation() {
    Batches bad = Batches.inOrder(Toy.Points.of(20, 1).with(2 * 11, Double.POSITIVE_INFINITY), 8);
    String message =
        message(
            Trainer.of(lineLearner(1e-3), Batches.inOrder(Toy.Points.of(8, 1), 8))
                .evaluate("validation", bad));
    assertEquals(
        "evaluation of validation: the loss is Infinity because the data are not finite: example 11"
            + " of points has Infinity in 'point'[0]",
        message);
  }

  @Test
  void theParameterIsNamed() {
    SupervisedLearner learner = Toy.learner();
    Map.Entry<String, Param> last = List.copyOf(learner.model().entrySet()).getLast();
    last.getValue().assign(Tensor.of(new float[] {1, Float.NaN}));
    String message = message(Toy.trainer(learner));
    assertEquals(
        "step 1: the loss is NaN because of the parameter '"
            + last.getKey()
            + "': 1 of its 2 numbers are not finite since an earlier step; make the learning"
            + " rate smaller or clip the gradients",
        message);
  }

  @Test
  void theLossItselfIsNamed() {
    // θ doubles in size with every step until its square overflows.
    String message =
        message(Trainer.of(lineLearner(1e3), Batches.inOrder(Toy.Points.of(8, 1), 8)).steps(1000));
    assertTrue(
        message.matches(
            "step \\d+: the loss is Infinity, although data and parameters are finite"
                + " \\(the largest is .*E\\d+ in slope\\); make the learning rate smaller or clip"
                + " the gradients"),
        message);
  }

  @Test
  void aRateThatIsTooLargeStopsTheRun() {
    assertThrows(
        NotFiniteException.class,
        () -> Toy.trainer(Toy.learner(Schedule.constant(1e38))).epochs(20).run());
  }

  /** The square root of 0 is finite, its slope isn't: the step in which that happens is named. */
  @Test
  void aGradientThatIsNotFiniteIsNamedInItsStep() {
    Param w = Param.of(Tensor.of(new float[] {1, 2}));
    Learner learner =
        new Learner() {
          @Override
          public Map<String, Param> model() {
            return Map.of("w", w);
          }

          @Override
          public Step train(List<Tensor> batch, Rng rng) {
            Tensor loss = w.value().sub(Tensor.of(new float[] {1, 0})).square().sum(0).sqrt();
            Tensor norm = w.value().slice(0, 0, 1).sub(1).abs().sqrt().sum();
            Tensor total = loss.add(norm);
            Tensor g = Autodiff.gradients(total, List.of(w)).getFirst();
            return Step.of(List.of(new Update(w, w.value().sub(g.mul(0.1)))))
                .metric("fit loss", total)
                .metric("accuracy", Tensor.scalar(Float.NaN));
          }

          @Override
          public Step evaluate(List<Tensor> batch, Rng rng) {
            return Step.of(List.of());
          }
        };
    String message = message(Trainer.of(learner, Batches.inOrder(Toy.Points.of(8, 1), 8)).steps(3));
    assertTrue(
        message.startsWith(
            "step 1: the loss is finite, but the gradient of the parameter 'w' is not: 1 of its 2"
                + " numbers would be lost;"),
        message);
  }

  /** Fits |x|² slope, with a gradient by hand. */
  private static Learner lineLearner(double rate) {
    Param slope = Param.of(Tensor.scalar(1));
    return new Learner() {
      @Override
      public Map<String, Param> model() {
        return Map.of("slope", slope);
      }

      @Override
      public Map<String, Param> state() {
        return Map.of();
      }

      @Override
      public Step train(List<Tensor> batch, Rng rng) {
        Tensor loss = loss(batch);
        Tensor next = slope.value().sub(slope.value().mul(rate).mul(squares(batch)));
        return Step.of(List.of(new Update(slope, next))).metric("loss", loss);
      }

      @Override
      public Step evaluate(List<Tensor> batch, Rng rng) {
        return Step.of(List.of()).metric("loss", loss(batch));
      }

      private Tensor loss(List<Tensor> batch) {
        return slope.value().square().mul(squares(batch)).mul(0.5);
      }

      private Tensor squares(List<Tensor> batch) {
        return batch.getFirst().square().sum();
      }
    };
  }

  /** √w at w = 0 in the second of three parameters, which clipping by the norm must not hide. */
  @Test
  void theFirstParameterWithABadGradientIsNamedAlsoAfterClipping() {
    for (Optimizer rule : List.of(Sgd.of(0.1), Adam.of(0.1))) {
      Layer network = new Roots(Param.of(Tensor.scalar(1)), Param.of(Tensor.scalar(0)));
      SupervisedLearner learner =
          SupervisedLearner.of(network, (y, t) -> y.mean(), rule).clipNorm(1);
      String message =
          message(Trainer.of(learner, Batches.inOrder(Toy.Points.of(8, 1), 8)).steps(3));
      assertTrue(
          message.startsWith(
              "step 1: the loss is finite, but the gradient of the parameter 'second' is not: 1 of"
                  + " its 1 numbers would be lost; look for sqrt, log or division"),
          message);
    }
  }

  /** The mean of the input times the first parameter, and the size of the second. */
  record Roots(Param first, Param second) implements Layer {
    @Override
    public Tensor forward(Tensor x, Pass pass) {
      return first.value().mul(x.mean()).add(second.value().square().sqrt());
    }
  }

  @Test
  void aStepThatIsTooLongIsToldFromABadGradient() {
    Param w = Param.of(Tensor.scalar(3e38));
    SupervisedLearner learner =
        SupervisedLearner.of((x, pass) -> x, (y, t) -> y.mean(), Sgd.of(0.1));
    Learner far =
        new Learner() {
          @Override
          public Map<String, Param> model() {
            return Map.of("w", w);
          }

          @Override
          public Step train(List<Tensor> batch, Rng rng) {
            return Step.of(List.of(new Update(w, w.value().mul(2))))
                .metric("loss", batch.getFirst().mean());
          }

          @Override
          public Step evaluate(List<Tensor> batch, Rng rng) {
            return learner.evaluate(batch, rng);
          }
        };
    String message = message(Trainer.of(far, Batches.inOrder(Toy.Points.of(8, 1), 8)).steps(3));
    assertTrue(
        message.startsWith(
            "step 1: the loss is finite, but the gradient of the parameter 'w' is not, or the step"
                + " is too long: 1 of its 1 numbers would be lost;"),
        message);
    assertTrue(message.endsWith("; else make the learning rate smaller"), message);
  }
}
