package shinso.verify.bench;

import java.util.List;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/** Contrastive divergence of a restricted Boltzmann machine with binary units. */
final class RbmStep implements TrainingStep {
  private static final double RATE = 0.01;

  private final Program program;
  private final Tensor data;
  private final Rng rng = Rng.of(0);
  private int steps;

  RbmStep(Workload w) {
    int batch = w.batch();
    int visible = w.size("visible");
    int hidden = w.size("hidden");
    int k = w.size("k", 1);
    data = Tensor.uniform(rng.split("data"), batch, visible).less(0.3).evaluate();
    Param weight = Param.of(Tensor.normal(rng.split("weight"), visible, hidden).mul(0.01));
    Param visibleBias = Param.of(Tensor.zeros(visible));
    Param hiddenBias = Param.of(Tensor.zeros(hidden));
    program =
        Program.compileRandom((Tensor v, Rng key) -> {
          Tensor u = weight.value();
          Tensor b = visibleBias.value();
          Tensor c = hiddenBias.value();
          Tensor p = v.matmul(u).add(c).sigmoid(); // [batch, hidden]
          Tensor vk = v;
          Tensor pk = p;
          for (int i = 0; i < k; i++) {
            Tensor h = pk.bernoulli(key.split(2 * i));
            vk = h.matmul(u.transpose()).add(b).sigmoid().bernoulli(key.split(2 * i + 1));
            pk = vk.matmul(u).add(c).sigmoid();
          }
          Tensor gradient = v.transpose().matmul(p).sub(vk.transpose().matmul(pk));
          return Step.of(
              List.of(
                  new Update(weight, u.add(gradient.mul(RATE / batch))),
                  new Update(visibleBias, b.add(v.sub(vk).mean(0).mul(RATE))),
                  new Update(hiddenBias, c.add(p.sub(pk).mean(0).mul(RATE)))));
        });
  }

  @Override
  public double run() {
    program.run(rng.split(steps++), data);
    return steps;
  }
}
