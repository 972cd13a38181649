package shinso.core.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import shinso.core.autodiff.Autodiff;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** Traced functions: what is traced when, what is committed, and whose numbers change. */
final class ProgramTest {
  private static Tensor vector(float... values) {
    return Tensor.of(values);
  }

  private static Param param(float... values) {
    return Param.of(vector(values));
  }

  private static float[] values(Param p) {
    return p.value().toFloatArray();
  }

  // ---- tracing

  @Test
  void functionsAreTracedOnceForEachShapeAndType() {
    AtomicInteger traces = new AtomicInteger();
    Program doubled =
        Program.compile((Tensor x) -> {
          traces.incrementAndGet();
          return Step.outputs(x.mul(2));
        });
    assertArrayEquals(new float[] {2, 4}, doubled.run(vector(1, 2)).output(0).toFloatArray());
    assertArrayEquals(new float[] {6, 8}, doubled.run(vector(3, 4)).output(0).toFloatArray());
    assertEquals(1, traces.get());
    assertArrayEquals(new float[] {6}, doubled.run(vector(3)).output(0).toFloatArray());
    assertEquals(2, traces.get());
    assertArrayEquals(new int[] {6}, doubled.run(Tensor.of(new int[] {3})).output(0).toIntArray());
    assertEquals(3, traces.get());
    assertArrayEquals(new float[] {-2, 0}, doubled.run(vector(-1, 0)).output(0).toFloatArray());
    assertEquals(3, traces.get());
  }

  @Test
  void lazyInputsAreEvaluatedFirst() {
    Program sum = Program.compile((Tensor x, Tensor t) -> Step.outputs(x.add(t)));
    Tensor lazy = vector(1, 2).mul(10);
    assertArrayEquals(new float[] {11, 22}, sum.run(lazy, vector(1, 2)).output(0).toFloatArray());
  }

  @Test
  void metricsAndOutputsKeepTheirOrderAndNames() {
    Program p =
        Program.compile((Tensor x) ->
            Step.outputs(x)
                .metric("loss", x.sum())
                .metric("accuracy", x.max())
                .metric("again", x.sum())
                .output(x.neg()));
    Program.Result r = p.run(vector(1, 2));
    assertEquals(List.of("loss", "accuracy", "again"), new ArrayList<>(r.metrics().keySet()));
    assertEquals(3, r.metric("loss").item());
    assertEquals(2, r.metric("accuracy").item());
    assertEquals(3, r.metric("again").item());
    assertArrayEquals(new float[] {1, 2}, r.output(0).toFloatArray());
    assertArrayEquals(new float[] {-1, -2}, r.output(1).toFloatArray());
    assertThrows(UnsupportedOperationException.class, () -> r.metrics().clear());
    assertMessage(
        IllegalArgumentException.class,
        "there is no metric 'los', only [loss, accuracy, again]",
        () -> r.metric("los"));
  }

  // ---- random numbers

  @Test
  void aNewKeyDrawsNewNumbersInTheSameProgram() {
    AtomicInteger traces = new AtomicInteger();
    Program noise =
        Program.compileRandom((Tensor x, Rng rng) -> {
          traces.incrementAndGet();
          return Step.outputs(x.normalLike(rng.split(1)), x.uniformLike(rng.split(2)));
        });
    Program.Result a = noise.run(Rng.of(1), vector(0, 0, 0));
    Program.Result b = noise.run(Rng.of(2), vector(0, 0, 0));
    Program.Result again = noise.run(Rng.of(1), vector(0, 0, 0));
    assertEquals(1, traces.get());
    assertFalse(Arrays.equals(a.output(0).toFloatArray(), b.output(0).toFloatArray()));
    assertArrayEquals(a.output(0).toFloatArray(), again.output(0).toFloatArray());
    assertArrayEquals(
        Tensor.uniform(Rng.of(1).split(2), 3).toFloatArray(), a.output(1).toFloatArray());
  }

  @Test
  void lazyKeysAreEvaluated() {
    Program noise = Program.compileRandom((Tensor x, Rng rng) -> Step.outputs(x.uniformLike(rng)));
    Rng lazy = Rng.ofKey(Tensor.iota(2).mul(3));
    assertArrayEquals(
        Tensor.uniform(Rng.ofWords(0, 3), 2).toFloatArray(),
        noise.run(lazy, vector(0, 0)).output(0).toFloatArray());
  }

  // ---- updates

  @Test
  void gradientDescentWithMomentum() {
    Param weight = param(1, -2);
    Param velocity = param(0, 0);
    Program step =
        Program.compile((Tensor x) -> {
          Tensor loss = weight.value().mul(x).square().sum();
          Tensor v = velocity.value().mul(0.5).add(Autodiff.gradient(loss, weight));
          return Step.of(
                  List.of(
                      new Update(weight, weight.value().sub(v.mul(0.25))), new Update(velocity, v)))
              .metric("loss", loss);
        });
    float[] w = {1, -2};
    float[] v = {0, 0};
    float[] x = {0.5f, 0.25f};
    for (int i = 0; i < 10; i++) {
      float loss = 0;
      for (int j = 0; j < 2; j++) {
        loss += w[j] * x[j] * w[j] * x[j];
        v[j] = v[j] * 0.5f + 2 * w[j] * x[j] * x[j];
        w[j] -= 0.25f * v[j];
      }
      assertEquals(loss, step.run(Tensor.of(x)).metric("loss").item(), 1e-5);
      assertArrayEquals(w, values(weight), 1e-6f);
      assertArrayEquals(v, values(velocity), 1e-6f);
    }
  }

  @Test
  void updatesSeeTheOldValuesOfAllParameters() {
    Param a = param(1, 2);
    Param b = param(3, 4);
    Program swap =
        Program.of(
            (in, rng) -> Step.of(List.of(new Update(a, b.value()), new Update(b, a.value()))));
    for (int i = 0; i < 3; i++) {
      swap.run(Rng.of(0));
      assertArrayEquals(i % 2 == 0 ? new float[] {3, 4} : new float[] {1, 2}, values(a));
      assertArrayEquals(i % 2 == 0 ? new float[] {1, 2} : new float[] {3, 4}, values(b));
    }
  }

  @Test
  void aFailureLeavesAllParametersAsTheyWere() {
    Param a = param(1, 2);
    Param b = param(3, 4);
    Param count = Param.of(Tensor.of(new int[] {0}));
    Program step =
        Program.compile((Tensor classes) ->
            Step.of(
                    List.of(
                        new Update(a, a.value().mul(2)),
                        new Update(count, count.value().add(1)),
                        new Update(b, a.value().add(classes.oneHot(3).sum()))))
                .metric("picked", b.value().gather(0, classes).sum()));
    Tensor good = Tensor.of(new int[] {0, 1, 1});
    Tensor bad = Tensor.of(new int[] {0, 1, 2});
    step.run(good);
    System.gc();
    for (int i = 0; i < 3; i++) {
      assertMessage(
          IndexOutOfBoundsException.class,
          "gather: index 2 at position 2 is outside -2 to 1",
          () -> step.run(bad));
      assertArrayEquals(new float[] {2, 4}, values(a));
      assertArrayEquals(new float[] {4, 5}, values(b));
      assertEquals(1, count.value().item());
    }
    assertEquals(4 + 5 + 5, step.run(good).metric("picked").item());
    assertArrayEquals(new float[] {4, 8}, values(a));
  }

  @Test
  void tiedParametersGetTheSumOfTheirGradients() {
    Param w = param(2);
    Program step =
        Program.compile((Tensor x) -> {
          Tensor y = w.value().mul(w.value().mul(x)).sum();
          return Step.outputs(Autodiff.gradient(y, w));
        });
    assertEquals(2 * 2 * 5, step.run(vector(5)).output(0).item());
  }

  @Test
  void aParameterIsUpdatedAtMostOnce() {
    Param w = param(2);
    assertMessage(
        IllegalArgumentException.class,
        "step: Param F32[1] is updated twice; a parameter that is shared belongs into the list"
            + " once",
        () -> Step.of(List.of(new Update(w, w.value()), new Update(w, w.value()))));
    assertThrows(
        IllegalArgumentException.class,
        () -> Step.of(List.of(new Update(w, w.value()))).and(List.of(new Update(w, w.value()))));
    assertMessage(
        IllegalArgumentException.class,
        "update: shapes differ: [1] and [2]",
        () -> new Update(w, vector(1, 2)));
    assertMessage(
        IllegalArgumentException.class,
        "update: element types differ: F32 and I32; use cast",
        () -> new Update(w, Tensor.iota(1)));
  }

  // ---- values stay values

  private static Program increment(Param p) {
    return Program.of((in, rng) -> Step.of(List.of(new Update(p, p.value().add(1)))));
  }

  /** With and without the collector between steps: it decides whether updates happen in place. */
  @Test
  void aValueNeverChangesUnderItsHolder() {
    Param p = param(0, 10);
    Program step = increment(p);
    List<Tensor> seen = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      Tensor value = p.value();
      switch (i % 4) {
        case 0 -> seen.add(value);
        case 1 -> seen.add(value.evaluate());
        case 2 -> seen.add(value.add(0));
        default -> seen.add(value.reshape(2, 1));
      }
      if (i % 3 == 0) {
        System.gc();
      }
      step.run(Rng.of(0));
    }
    for (int i = 0; i < seen.size(); i++) {
      assertArrayEquals(new float[] {i, 10 + i}, seen.get(i).toFloatArray(), "value " + i);
    }
    assertArrayEquals(new float[] {12, 22}, values(p));
  }

  /** A leaf that was evaluated is the parameter's own: the parameter must know that it is held. */
  @Test
  void anEvaluatedValueAloneKeepsItsNumbers() {
    Param p = param(0);
    Program step = increment(p);
    Tensor held = p.value().evaluate();
    for (int i = 0; i < 5; i++) {
      System.gc();
      step.run(Rng.of(0));
    }
    assertEquals(0, held.item());
    assertEquals(5, p.value().item());
  }

  @Test
  void resultsAreNotOverwrittenByLaterRuns() {
    Param p = param(0);
    Program step =
        Program.compile((Tensor x) ->
            Step.of(List.of(new Update(p, p.value().add(x))))
                .metric("old", p.value())
                .output(p.value().add(x)));
    List<Program.Result> results = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      results.add(step.run(vector(1)));
      System.gc();
    }
    for (int i = 0; i < 5; i++) {
      assertEquals(i, results.get(i).metric("old").item());
      assertEquals(i + 1, results.get(i).output(0).item());
    }
  }

  @Test
  void aValueMayBeAnArgumentOfTheProgramThatUpdatesIt() {
    Param p = param(1, 2);
    Program step =
        Program.compile((Tensor x) -> Step.of(List.of(new Update(p, p.value().add(x.sum())))));
    for (int i = 0; i < 4; i++) {
      System.gc();
      step.run(p.value());
    }
    assertArrayEquals(new float[] {1 + 3 + 9 + 27 + 81, 2 + 3 + 9 + 27 + 81}, values(p));
  }

  @Test
  void aValueFromOutsideIsConstantAndOneFromInsideIsLive() {
    Param p = param(1);
    Tensor before = p.value();
    Program step =
        Program.of((in, rng) ->
            Step.of(List.of(new Update(p, p.value().add(1)))).output(before).output(p.value()));
    for (int i = 1; i < 5; i++) {
      System.gc();
      Program.Result r = step.run(Rng.of(0));
      assertEquals(1, r.output(0).item());
      assertEquals(i, r.output(1).item());
    }
  }

  @Test
  void assignmentsReachCompiledPrograms() {
    Param p = param(1);
    Program read = Program.compile((Tensor x) -> Step.outputs(p.value().mul(x)));
    assertEquals(3, read.run(vector(3)).output(0).item());
    p.assign(vector(5));
    assertEquals(15, read.run(vector(3)).output(0).item());
  }

  /** No types are needed to say which method is meant. */
  @Test
  void lambdasNeedNoTypes() {
    Rng key = Rng.of(1);
    assertEquals(2, Program.compile(x -> Step.outputs(x.mul(2))).run(vector(1)).output(0).item());
    assertEquals(
        5,
        Program.compile((x, t) -> Step.outputs(x.add(t)))
            .run(vector(2), vector(3))
            .output(0)
            .item());
    Tensor drawn =
        Program.compileRandom((x, rng) -> Step.outputs(x.uniformLike(rng)))
            .run(key, vector(1))
            .output(0);
    Tensor shifted =
        Program.compileRandom((x, t, rng) -> Step.outputs(x.uniformLike(rng).add(t)))
            .run(key, vector(1), vector(1))
            .output(0);
    assertEquals(drawn.item() + 1, shifted.item(), 1e-6);
  }

  // ---- errors

  @Test
  void wrongUseIsRefused() {
    Program one = Program.compile((Tensor x) -> Step.outputs(x));
    Program two = Program.compile((Tensor x, Tensor t) -> Step.outputs(x, t));
    Program random = Program.compileRandom((Tensor x, Rng rng) -> Step.outputs(x.uniformLike(rng)));
    assertMessage(
        IllegalArgumentException.class,
        "this program takes 1 tensor(s), not 2",
        () -> one.run(vector(1), vector(2)));
    assertMessage(
        IllegalArgumentException.class,
        "this program takes 2 tensor(s), not 1",
        () -> two.run(vector(1)));
    assertMessage(
        IllegalStateException.class,
        "this program draws random numbers: pass a key, run(rng, inputs)",
        () -> random.run(vector(1)));
  }

  @Test
  void valuesAreNotKnownWhileTracing() {
    Param p = param(1);
    Program peeking = Program.compile((Tensor x) -> Step.outputs(x.mul(x.sum().item())));
    assertMessage(
        IllegalStateException.class,
        "the value of F32[1] data is known only when the program runs;"
            + " return what you want to see as a metric of the step",
        () -> peeking.run(vector(1)));
    Program assigning =
        Program.compile((Tensor x) -> {
          p.assign(x);
          return Step.outputs(x);
        });
    assertThrows(IllegalStateException.class, () -> assigning.run(vector(1)));
    assertEquals(1, p.value().item());
    assertEquals(
        2, Program.compile((Tensor x) -> Step.outputs(x.add(1))).run(vector(1)).output(0).item());
  }

  @Test
  void programsDoNotRunInsideOfATrace() {
    Program inner = Program.compile((Tensor x) -> Step.outputs(x.mul(2)));
    inner.run(vector(1));
    Program outer =
        Program.compile((Tensor x) -> Step.outputs(x.add(inner.run(vector(1)).output(0))));
    assertMessage(
        IllegalStateException.class,
        "a program can't be run while another is being traced; call the function itself instead",
        () -> outer.run(vector(1)));
    assertEquals(4, inner.run(vector(2)).output(0).item());
  }

  @Test
  void placeholdersDoNotLeaveTheirProgram() {
    List<Tensor> leaked = new ArrayList<>();
    Program.compile(
            (Tensor x) -> {
              leaked.add(x);
              return Step.outputs(x);
            })
        .run(vector(1));
    Tensor placeholder = leaked.getFirst();
    assertThrows(IllegalStateException.class, placeholder::item);
    Program other = Program.compile((Tensor x) -> Step.outputs(x.add(placeholder)));
    assertMessage(
        IllegalStateException.class,
        "the function uses F32[1] data, a placeholder of another program; pass its value as an"
            + " input",
        () -> other.run(vector(1)));
  }

  @Test
  void aFailedTraceLeavesNoTrace() {
    Param p = param(1);
    Program failing =
        Program.compile((Tensor x) -> {
          throw new IllegalArgumentException("on purpose " + x.shape());
        });
    assertThrows(IllegalArgumentException.class, () -> failing.run(vector(1)));
    assertEquals(1, p.value().item());
  }

  @Test
  void stepsAreImmutable() {
    List<Tensor> outputs = new ArrayList<>(List.of(vector(1)));
    Step s = new Step(List.of(), Map.of(), outputs);
    outputs.clear();
    assertEquals(1, s.outputs().size());
    assertEquals(0, s.metrics().size());
    assertEquals(1, s.metric("a", vector(1)).metrics().size());
    assertEquals(0, s.metrics().size());
  }

  // ---- the types of parameters

  @Test
  void integerAndDoubleParameters() {
    Param count = Param.of(Tensor.of(new int[] {41}));
    Param mean = Param.of(Tensor.of(new double[] {0.1}));
    Program step =
        Program.of((in, rng) ->
            Step.of(
                List.of(
                    new Update(count, count.value().add(1)),
                    new Update(mean, mean.value().add(count.value().cast(DType.F64))))));
    step.run(Rng.of(0));
    assertEquals(42, count.value().item());
    assertEquals(41.1, mean.value().item());
  }

  @Test
  void emptyParameters() {
    Param none = Param.of(Tensor.zeros(0, 3));
    increment(none).run(Rng.of(0));
    assertEquals(Shape.of(0, 3), none.value().shape());
    assertArrayEquals(new float[0], values(none));
  }

  private static void assertMessage(
      Class<? extends Throwable> type, String message, Executable body) {
    assertEquals(message, assertThrows(type, body).getMessage());
  }
}
