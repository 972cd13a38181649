package shinso.verify.bench;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Operations, parameters and bytes against numbers worked out by hand. */
final class WorkTest {
  private static Work work(String text) {
    return Work.of(Workload.parse(text));
  }

  @Test
  void denseLayers() {
    // Forward and weights of both layers, input of the second: 2·2·3·4·2 + 2·2·4·5·3.
    Work w = work("mlp:batch=2,sizes=3-4-5,opt=sgd");
    assertEquals(96 + 240, w.flops());
    assertEquals(16 + 25, w.parameters());
    // Parameters in and out, and a batch of 2·3.
    assertEquals(4 * (2 * 41 + 6), w.bytes());
  }

  @ParameterizedTest
  @CsvSource({"sgd,1", "momentum,2", "adam,3"})
  void theOptimiserKeepsNumbersForEachParameter(String optimizer, int arrays) {
    assertEquals(
        4 * (2 * arrays * 41 + 6), work("mlp:batch=2,sizes=3-4-5,opt=" + optimizer).bytes());
  }

  @Test
  void theBatchIsOneAndTheOptimiserAdamWhereNothingIsSaid() {
    assertEquals(work("mlp:batch=1,sizes=3-4-5,opt=adam"), work("mlp:sizes=3-4-5"));
  }

  @Test
  void convolutions() {
    // 6x6x1 -> 4x4x2 by 3x3, pooled to 2x2x2 = 8, dense 8 -> 3; the image needs no gradient.
    Work w = work("cnn:batch=5,input=6x6x1,layers=c2k3-p2-d3,opt=sgd");
    assertEquals(2.0 * 5 * 16 * 2 * 9 * 2 + 2.0 * 5 * 8 * 3 * 3, w.flops());
    assertEquals(9 * 2 + 2 + 8 * 3 + 3, w.parameters());
    assertEquals(4 * (2 * 47 + 5 * 36), w.bytes());
  }

  @Test
  void convolutionsThatKeepTheSize() {
    // 4x4x3 -> 4x4x2 -> 4x4x4, dense 64 -> 2.
    Work w = work("cnn:input=4x4x3,layers=c2k3-c4k3-d2,pad=same,opt=sgd");
    assertEquals(2.0 * 16 * 2 * 27 * 2 + 2.0 * 16 * 4 * 18 * 3 + 2.0 * 64 * 2 * 3, w.flops());
    assertEquals(54 + 2 + 72 + 4 + 128 + 2, w.parameters());
  }

  @Test
  void adam() {
    Work w = work("opt:kind=adam,n=1000");
    assertEquals(0, w.flops());
    // Parameter and two moments in and out, the gradient in.
    assertEquals(7 * 4 * 1000, w.bytes());
    assertEquals(3 * 4 * 1000, work("opt:kind=sgd,n=1000").bytes());
  }

  @ParameterizedTest
  @CsvSource({"lstm,4,0", "gru,3,7", "rnn,1,0"})
  void recurrentCells(String cell, int gates, int biases) {
    // 3 steps of 2 features, 7 hidden units, batch 5, 4 classes. The input's products come twice a
    // step, the state's three times, but for the first, which is zero.
    Work w = work("rnn:cell=" + cell + ",batch=5,steps=3,features=2,hidden=7,classes=4,opt=sgd");
    assertEquals(2.0 * 5 * gates * 7 * (2 * 2 * 3 + 3 * 7 * 2) + 2.0 * 5 * 7 * 4 * 3, w.flops());
    assertEquals(gates * 7 * (2 + 7 + 1) + biases + 7 * 4 + 4, w.parameters());
    assertEquals(4 * (2 * w.parameters() + 5 * 3 * 2), w.bytes());
  }

  @Test
  void importanceWeightedAutoEncoder() {
    // Three rows through 6-4-4-4, six through 2-4-4-6; the data needs no gradient.
    Work w = work("iwae:batch=3,k=2,sizes=6-4-2,opt=sgd");
    double encoder = 2.0 * 3 * (6 * 4 * 2 + 4 * 4 * 3 + 4 * 4 * 3);
    assertEquals(encoder + 2.0 * 6 * 3 * (2 * 4 + 4 * 4 + 4 * 6), w.flops());
    assertEquals(28 + 20 + 20 + 12 + 20 + 30, w.parameters());
  }

  @Test
  void adversarialNetworks() {
    // G has 2·4 + 4·4 + 4·6 products, D 6·4 + 4·4 + 4: G forward for D; G with the gradients of its
    // weights and of what they make; D on two batches; D forward and back to its input.
    Work w = work("gan:batch=3,sizes=6-4-2");
    double g = 48 + (3 * 48 - 8);
    double d = 2 * (3 * 44 - 24) + 2 * 44;
    assertEquals(2.0 * 3 * (g + d), w.flops());
    assertEquals(12 + 20 + 30 + 28 + 20 + 5, w.parameters());
  }

  @Test
  void boltzmannMachine() {
    // One step of the chain: hidden, visible, hidden, and two outer products.
    Work w = work("rbm:batch=3,visible=5,hidden=4,k=1");
    assertEquals(2.0 * 3 * 5 * 4 * 5, w.flops());
    assertEquals(29, w.parameters());
    assertEquals(4 * (2 * 29 + 15), w.bytes());
    assertEquals(2.0 * 3 * 5 * 4 * 7, work("rbm:batch=3,visible=5,hidden=4,k=2").flops());
  }

  @Test
  void variationalAutoencoder() {
    // 6 -> 4 -> (2, 2), 2 -> 4 -> 6.
    Work w = work("vae:batch=3,sizes=6-4-2,opt=sgd");
    assertEquals(2.0 * 3 * (24 * 2 + 8 * 3 + 8 * 3 + 8 * 3 + 24 * 3), w.flops());
    assertEquals(28 + 10 + 10 + 12 + 30, w.parameters());
  }

  @Test
  void autoregressiveEstimator() {
    // A sum over units and one over hidden units for each unit; two and three products with them.
    Work w = work("nade:batch=3,visible=5,hidden=4,opt=sgd");
    assertEquals(2.0 * 3 * 5 * 4 * 5, w.flops());
    assertEquals(2 * 20 + 5 + 4, w.parameters());
    assertEquals(4 * (2 * 49 + 15), w.bytes());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mlp:batch=0,sizes=3-4",
        "mlp:batch=-1,sizes=3-4",
        "mlp:batch=x,sizes=3-4",
        "mlp:batch=1e3,sizes=3-4",
        "mlp:batch=99999999999,sizes=3-4",
        "mlp:batch=2,sizes=",
        "mlp:batch=2,sizes=3",
        "mlp:batch=2,sizes=3-",
        "mlp:batch=2,sizes=3-0",
        "mlp:batch=2,sizes=3.5-4",
        "mlp:sizes=3-4,act=swish",
        "mlp:sizes=3-4,opt=lion",
        "cnn:input=28x28,layers=d10",
        "cnn:input=28x28x1,layers=",
        "cnn:input=28x28x1,layers=c32",
        "cnn:input=28x28x1,layers=c32k",
        "cnn:input=28x28x1,layers=q3-d10",
        "cnn:input=28x28x1,layers=c32k3",
        "cnn:input=28x28x1,layers=d10-c32k3",
        "cnn:input=28x28x1,layers=c32k29-d10",
        "cnn:input=28x28x1,layers=p29-d10",
        "cnn:input=28x28x1,layers=c8k2-d10,pad=same",
        "cnn:input=28x28x1,layers=c8k3-d10,pad=full",
        "rnn:cell=qrnn,steps=2,features=2,hidden=2,classes=2",
        "rnn:cell=lstm,steps=0,features=2,hidden=2,classes=2",
        "rbm:visible=2,hidden=2,k=0",
        "vae:sizes=3-4",
        "nade:visible=3",
        "opt:kind=adam,n=0",
        "opt:kind=lamb,n=5"
      })
  void nonsenseIsNamed(String text) {
    String message =
        String.valueOf(assertThrows(IllegalArgumentException.class, () -> work(text)).getMessage());
    assertAll(
        () -> assertTrue(message.contains(text), message),
        () -> assertTrue(message.lines().count() == 1, message));
  }

  @Test
  void messagesSayTheValueAndTheWayOut() {
    assertEquals(
        "workload 'mlp:batch=x,sizes=3-4': batch is a number from 1 to 999999999, not 'x'",
        assertThrows(IllegalArgumentException.class, () -> work("mlp:batch=x,sizes=3-4"))
            .getMessage());
  }
}
