package shinso.nn.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static shinso.nn.Numbers.random;

import java.util.List;
import org.junit.jupiter.api.Test;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;

class ModelTest {
  @Test
  void aNetworkIsAClassifierOrARegressorInInference() {
    Network net = Network.of(5).dense(7).batchNorm().relu().dropout(0.5).dense(3).build(Rng.of(1));
    Tensor x = random(DType.F32, 2, 4, 5);
    float[] expected = net.forward(x, Pass.inference()).toFloatArray();
    assertArrayEquals(expected, Classifier.of(net).logits(x).toFloatArray());
    assertArrayEquals(expected, Regressor.of(net).predict(x).toFloatArray());
  }

  @Test
  void itsParametersAreThoseOfTheNetwork() {
    Network net = Network.of(5).dense(3).build(Rng.of(1));
    List<String> names = List.of("network.layers.dense1.weight", "network.layers.dense1.bias");
    assertEquals(names, List.copyOf(Parameters.trainable(Classifier.of(net)).keySet()));
    assertEquals(names, List.copyOf(Parameters.trainable(Regressor.of(net)).keySet()));
  }
}
