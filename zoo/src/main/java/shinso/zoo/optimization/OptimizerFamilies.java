package shinso.zoo.optimization;

import java.util.LinkedHashMap;
import java.util.Map;
import shinso.nn.optim.*;

/**
 * All rules that take steps, like ones together, with rates that suit landscapes of two numbers.
 */
final class OptimizerFamilies {
  private OptimizerFamilies() {}

  /** Returns fresh optimisers by family and name. */
  static Map<String, Map<String, Optimizer>> all() {
    Map<String, Optimizer> momentum = new LinkedHashMap<>();
    momentum.put("gradient descent", Sgd.of(0.02));
    momentum.put("momentum", Momentum.of(0.02, 0.9));
    momentum.put("momentum, (1 − μ) η", Momentum.averaging(Schedule.constant(0.02), 0.9));
    momentum.put("Nesterov", Nesterov.of(0.02, 0.9));
    Map<String, Optimizer> rates = new LinkedHashMap<>();
    rates.put("AdaGrad", Adagrad.of(0.5));
    rates.put("RMSprop", RmsProp.of(0.03));
    rates.put("Adadelta", Adadelta.of());
    rates.put("FTRL", Ftrl.of(0.5));
    Map<String, Optimizer> both = new LinkedHashMap<>();
    both.put("Adam", Adam.of(0.1));
    both.put("AdamW", Adam.of(0.1).weightDecay(0.1, p -> true));
    both.put("Nadam", Nadam.of(0.1));
    both.put("AMSGrad", AmsGrad.of(0.1).biasCorrected());
    Map<String, Map<String, Optimizer>> families = new LinkedHashMap<>();
    families.put("Momentum", momentum);
    families.put("A rate for each direction", rates);
    families.put("Both", both);
    return families;
  }
}
