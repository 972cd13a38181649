package shinso.zoo.optimization;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.optim.Schedule;
import shinso.nn.optim.Sgd;

/** Gradient descent on E = ½ w² from w = 3, with gradients w + ε, ε ~ N(0, 1). */
final class NoisyDescent {
  /** How many weights descend, each with noise of its own. */
  static final int WEIGHTS = 2_000;

  private NoisyDescent() {}

  /** Returns the mean square of many weights before each step, by schedule. */
  static Map<String, double[]> meanSquares(Map<String, Schedule> rates, int steps, Rng rng) {
    Map<Param, Sgd> rules = new LinkedHashMap<>();
    rates.values().forEach(rate -> rules.put(Param.of(Tensor.ones(WEIGHTS).mul(3)), Sgd.of(rate)));
    Program step =
        Program.of((none, key) -> {
          Tensor noise = Tensor.normal(key, WEIGHTS);
          Step all = Step.of(List.of());
          for (Map.Entry<Param, Sgd> rule : rules.entrySet()) {
            Tensor w = rule.getKey().value();
            all =
                all.and(rule.getValue().update(List.of(rule.getKey()), List.of(w.add(noise))))
                    .output(w.square().mean());
          }
          return all;
        });
    Map<String, double[]> squares = new LinkedHashMap<>();
    rates.keySet().forEach(name -> squares.put(name, new double[steps]));
    for (int t = 0; t < steps; t++) {
      List<Tensor> now = step.run(rng.split(t)).outputs();
      int i = 0;
      for (double[] curve : squares.values()) {
        curve[t] = now.get(i++).item();
      }
    }
    return squares;
  }
}
