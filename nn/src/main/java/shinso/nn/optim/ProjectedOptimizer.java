package shinso.nn.optim;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.tensor.Tensor;

/** A rule, and then a projection of the parameters that it has moved; its state is left alone. */
record ProjectedOptimizer(Optimizer rule, Predicate<Param> which, UnaryOperator<Tensor> projection)
    implements Optimizer {
  @Override
  public List<Update> update(List<Param> params, List<Tensor> gradients) {
    Set<Param> moved = Set.copyOf(params);
    return rule.update(params, gradients).stream()
        .map(u ->
            moved.contains(u.param()) && which.test(u.param())
                ? new Update(u.param(), projection.apply(u.value()))
                : u)
        .toList();
  }

  @Override
  public Map<String, Param> state(Map<String, Param> params) {
    return rule.state(params);
  }
}
