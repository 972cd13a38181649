package shinso.nn.optim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.tensor.Tensor;

/** An optimiser whose state has a name of its own. */
record NamedOptimizer(String name, Optimizer rule) implements Optimizer {
  NamedOptimizer {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("an optimiser's name isn't empty");
    }
  }

  @Override
  public List<Update> update(List<Param> params, List<Tensor> gradients) {
    return rule.update(params, gradients);
  }

  @Override
  public Map<String, Param> state(Map<String, Param> params) {
    Map<String, Param> named = new LinkedHashMap<>();
    rule.state(params).forEach((key, param) -> named.put(name + "." + key, param));
    return named;
  }
}
