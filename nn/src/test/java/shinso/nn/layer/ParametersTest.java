package shinso.nn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Failures.refusal;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.param;
import static shinso.nn.Numbers.random;

import java.lang.classfile.Annotation;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.op.ConvSpec;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

class ParametersTest {
  /** Subtracts a running mean: a layer with statistics. */
  private record Centred(@State Param mean, Param gain, @State List<Param> more) implements Layer {
    @Override
    public Tensor forward(Tensor x, Pass pass) {
      Tensor m = mean.value();
      if (pass.isTraining()) {
        m = x.mean(0);
        pass.update(mean, mean.value().mul(0.9).add(m.mul(0.1)));
      }
      return x.sub(m).mul(gain.value());
    }
  }

  private record Everything(
      int size,
      String label,
      ConvSpec spec,
      Activation activation,
      @Nullable Param absent,
      Param own,
      List<List<Param>> nested,
      SequencedMap<String, Layer> named,
      List<Integer> numbers,
      Map<String, Integer> table) {}

  private static Param one() {
    return param(new double[] {1});
  }

  private static Centred centred() {
    return new Centred(
        param(new double[] {0, 0}), param(new double[] {1, 2}), List.of(one(), one()));
  }

  @Test
  void namesAreThePathsOfComponents() {
    SequencedMap<String, Layer> named = new LinkedHashMap<>();
    named.put("z", new Prelu(one()));
    named.put("a", new Prelu(one()));
    Everything e =
        new Everything(
            3,
            "x",
            ConvSpec.VALID,
            Activation.RELU,
            null,
            one(),
            List.of(List.of(one()), List.of(one(), one())),
            named,
            List.of(1),
            Map.of("k", 1));
    assertEquals(
        List.of("own", "nested.0.0", "nested.1.0", "nested.1.1", "named.z.slope", "named.a.slope"),
        List.copyOf(Parameters.all(e).keySet()));
    assertEquals(
        List.of("0.own", "1.slope"),
        List.copyOf(
            Parameters.all(
                    List.of(
                        new Everything(
                            0,
                            "",
                            ConvSpec.VALID,
                            Activation.RELU,
                            null,
                            one(),
                            List.of(),
                            new LinkedHashMap<>(),
                            List.of(),
                            Map.of()),
                        new Prelu(one())))
                .keySet()));
  }

  @Test
  void stateIsSavedButNotTrained() {
    Centred layer = centred();
    Sequential model = Sequential.of(layer, new Prelu(one()));
    assertEquals(
        List.of(
            "layers.0.mean",
            "layers.0.gain",
            "layers.0.more.0",
            "layers.0.more.1",
            "layers.1.slope"),
        List.copyOf(Parameters.all(model).keySet()));
    assertEquals(
        List.of("layers.0.gain", "layers.1.slope"),
        List.copyOf(Parameters.trainable(model).keySet()));
  }

  @Test
  void statisticsAreUpdatedWithTheStep() {
    Centred layer = centred();
    Program program =
        Program.compileRandom((Tensor x, Rng rng) -> {
          Pass pass = Pass.training(rng);
          Tensor y = layer.forward(x, pass);
          return Step.of(pass.updates()).output(y);
        });
    Tensor x = Tensor.of(new float[] {1, 2, 3, 6}, 2, 2);
    assertClose(new double[] {-1, -4, 1, 4}, program.run(Rng.of(1), x).output(0), 1e-6);
    assertClose(new double[] {0.2, 0.4}, layer.mean().value(), 1e-6);
    program.run(Rng.of(1), x);
    assertClose(new double[] {0.38, 0.76}, layer.mean().value(), 1e-6);
    assertClose(
        new double[] {0.62, 2 * 1.24}, layer.forward(x, Pass.inference()).slice(0, 0, 1), 1e-6);
  }

  @Test
  void statisticsAreNotUpdatedTwiceOrInInference() {
    Centred layer = centred();
    Pass pass = Pass.training(Rng.of(1));
    Tensor x = random(DType.F32, 1, 3, 2);
    layer.forward(x, pass);
    String twice = refusal(() -> layer.forward(x, pass));
    assertTrue(twice.contains("updated twice"), twice);
    assertThrows(
        IllegalStateException.class, () -> Pass.inference().update(layer.mean(), x.mean(0)));
    assertThrows(IllegalStateException.class, () -> Pass.inference().rng());
    assertFalse(Pass.inference().isTraining());
  }

  @Test
  void keysOfAPassFollowTheOrderOfCalls() {
    Pass pass = Pass.training(Rng.of(5));
    Pass again = Pass.training(Rng.of(5));
    int[] first = pass.rng().words();
    int[] second = pass.rng().words();
    assertFalse(Arrays.equals(first, second));
    assertTrue(Arrays.equals(first, again.rng().words()));
    assertTrue(Arrays.equals(second, again.rng().words()));
  }

  @Test
  void aSharedParameterHasOneNameAndTheSumOfGradients() {
    Param shared = param(DType.F64, 1, 3, 3);
    Sequential tied =
        Sequential.of(new Dense(shared, null), Activation.TANH, new Dense(shared, null));
    assertEquals(List.of("layers.0.weight"), List.copyOf(Parameters.all(tied).keySet()));
    assertSame(shared, Parameters.trainable(tied).get("layers.0.weight"));

    Param first = Param.of(shared.value());
    Param second = Param.of(shared.value());
    Sequential untied =
        Sequential.of(new Dense(first, null), Activation.TANH, new Dense(second, null));
    Tensor x = random(DType.F64, 2, 4, 3);
    Tensor whole = Autodiff.gradient(tied.forward(x, Pass.inference()).square().sum(), shared);
    List<Tensor> parts =
        Autodiff.gradients(
            untied.forward(x, Pass.inference()).square().sum(), List.of(first, second));
    assertClose(parts.get(0).add(parts.get(1)).toDoubleArray(), whole, 1e-12);
  }

  @Test
  void countsElementsAndKnowsWeights() {
    Dense dense = new Dense(param(DType.F32, 1, 3, 4), param(DType.F32, 2, 4));
    assertEquals(16, Parameters.count(Parameters.all(dense).values()));
    assertTrue(Parameters.isWeight(dense.weight()));
    assertFalse(Parameters.isWeight(param(DType.F32, 2, 4)));
  }

  /** A layer that is no record. */
  private static final class Ordinary implements Layer {
    final Param weight = one();

    @Override
    public Tensor forward(Tensor x, Pass pass) {
      return x.mul(weight.value());
    }
  }

  private static final class Holder {
    final List<String> names = new ArrayList<>();
    final Prelu inner = new Prelu(one());
  }

  private record Holding(Object content) {}

  private record Nameless(SequencedMap<String, Param> a) {}

  private static String failure(Object model) {
    return refusal(() -> Parameters.all(model));
  }

  @Test
  void partsThatCouldHideParametersAreErrors() {
    String ordinary = Ordinary.class.getName();
    assertEquals(
        ordinary + " is no record, so its parameters can't be found; make it one",
        failure(new Ordinary()));
    assertEquals(
        ordinary + " at layers.1 is no record, so its parameters can't be found; make it one",
        failure(Sequential.of(Activation.RELU, new Ordinary())));
    Layer lambda = (x, pass) -> x.relu();
    assertTrue(failure(Sequential.of(lambda)).contains("at layers.0 is no record"));
    assertTrue(failure(new Holding(new Holder())).contains("at content is no record"));
    assertTrue(failure("text").startsWith("java.lang.String is no record"));
    for (Object container :
        List.of(
            Set.of(one()),
            Optional.of(one()),
            Map.of("a", new Prelu(one())),
            new Param[] {one()},
            List.of(new Layer[] {new Ordinary()}))) {
      assertTrue(failure(new Holding(container)).contains("at content"), container.toString());
    }
    assertTrue(Parameters.all(new Holding(Set.of("a", "b"))).isEmpty());
    assertEquals(1, new Holder().inner.slope().shape().size() + new Holder().names.size());
  }

  @Test
  void twoParametersOfOneNameAreAnError() {
    SequencedMap<String, Object> map = new LinkedHashMap<>();
    map.put("a.slope", one());
    map.put("a", new Prelu(one()));
    assertEquals("two parameters have the name 'a.slope'", failure(map));
    SequencedMap<String, Param> fine = new LinkedHashMap<>();
    fine.put("a", one());
    assertEquals(List.of("a.a"), List.copyOf(Parameters.all(new Nameless(fine)).keySet()));
  }

  @Test
  void aRecordOfAClosedPackageIsAnErrorThatSaysWhatToOpen() {
    // A record of the platform whose package nobody may see.
    Object closed = Annotation.of(ClassDesc.of("A"));
    assertTrue(closed instanceof Record, "take another record: " + closed.getClass());
    String home = closed.getClass().getPackageName();
    assertEquals(
        "the record %s at content can't be read; its module java.base must say 'exports %s;' or 'opens %s to ALL-UNNAMED;'"
            .formatted(closed.getClass().getName(), home, home),
        failure(new Holding(closed)));
  }

  @Test
  void layersRefuseParametersOfOtherShapes() {
    Param matrix = param(DType.F32, 1, 3, 4);
    Param cube = param(DType.F32, 1, 2, 2, 3, 4);
    String dense = refusal(() -> new Dense(matrix, param(DType.F32, 1, 3)));
    assertEquals("dense: weight [in, out] and bias [out], not [3, 4] and [3]", dense);
    refusal(() -> new Dense(cube, null));
    refusal(() -> new Conv2d(matrix, null, ConvSpec.VALID, false));
    refusal(() -> new Conv2d(cube, null, ConvSpec.VALID.withGroups(3), false));
    refusal(() -> new Dropout(1));
    refusal(() -> new Dropout(-0.1));
    refusal(() -> new Maxout(0));
    refusal(() -> new Maxout(3).outputShape(Shape.of(2, 4)));
    refusal(() -> Activation.leakyRelu(Double.NaN));
  }

  @Test
  void aLikeModelGetsTheValues() {
    Dense from = new Dense(param(DType.F32, 1, 2, 3), param(DType.F32, 2, 3));
    Dense to = new Dense(param(DType.F32, 3, 2, 3), param(DType.F32, 4, 3));
    Parameters.copy(from, to);
    Parameters.all(from)
        .forEach((name, p) ->
            assertArrayEquals(
                p.value().toFloatArray(),
                Objects.requireNonNull(Parameters.all(to).get(name)).value().toFloatArray()));
    Dense without = new Dense(param(DType.F32, 5, 2, 3), null);
    assertEquals(
        "copy: the models differ: 'bias' is [3] in one and missing in the other",
        refusal(() -> Parameters.copy(from, without)));
    refusal(() -> Parameters.copy(without, from));
    refusal(() -> Parameters.copy(new Dense(param(DType.F32, 5, 3, 3), null), without));
  }
}
