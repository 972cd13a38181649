package shinso.zoo.directed;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Parameters;
import shinso.nn.optim.Optimizer;
import shinso.train.loop.Learner;

/**
 * The wake-sleep algorithm, in which each of a machine's two networks is the other's teacher.
 *
 * <pre>
 * wake:   v from the data, h ~ q(h | v);   climb log p(v, h) in the generative network
 * sleep:  v, h ~ p(v, h);                  climb log q(h | v) in the recognition network
 * </pre>
 *
 * <p>Every unit has a delta rule: what is on below or above it, times what it should have been less
 * its probability. Wake climbs the bound on log p(v); sleep makes KL(p(h | v) ‖ q(h | v)) small, on
 * dreams, not KL(q ‖ p), so that the two together climb no common objective.
 *
 * <p>Source: Hinton, Dayan, Frey and Neal, "The wake-sleep algorithm for unsupervised neural
 * networks" (1995).
 *
 * @param machine learns
 * @param wake moves the generative network
 * @param sleep moves the recognition network
 */
public record WakeSleep(HelmholtzMachine machine, Optimizer wake, Optimizer sleep)
    implements Learner {
  /** Names the two rules, so that their states are kept apart. */
  public WakeSleep {
    wake = wake.named("wake");
    sleep = sleep.named("sleep");
  }

  @Override
  public Map<String, Param> model() {
    return Parameters.all(machine);
  }

  @Override
  public Map<String, Param> state() {
    Map<String, Param> state = new LinkedHashMap<>();
    state.putAll(wake.state(Parameters.trainable(machine.generative())));
    state.putAll(sleep.state(Parameters.trainable(machine.recognition())));
    return state;
  }

  @Override
  public Step train(List<Tensor> batch, Rng rng) {
    Tensor v = batch.getFirst();
    Step step = wake(v, rng.split("wake"));
    return step.then(() -> sleep(v.shape().dim(0), rng.split("sleep")));
  }

  private Step wake(Tensor v, Rng rng) {
    List<Tensor> h = machine.recognize(v, rng);
    Tensor loss = machine.generative().logJoint(h).mean().neg();
    List<Param> theta = List.copyOf(Parameters.trainable(machine.generative()).values());
    return Step.of(wake.update(theta, Autodiff.gradients(loss, theta))).metric("wake loss", loss);
  }

  private Step sleep(int count, Rng rng) {
    List<Tensor> dream = machine.generative().draw(count, rng);
    Tensor log = machine.logRecognition(dream).stream().reduce(Tensor::add).orElseThrow();
    Tensor loss = log.mean().neg();
    List<Param> phi = List.copyOf(Parameters.trainable(machine.recognition()).values());
    return Step.of(sleep.update(phi, Autodiff.gradients(loss, phi))).metric("sleep loss", loss);
  }

  @Override
  public Step evaluate(List<Tensor> batch, Rng rng) {
    Tensor bound = machine.logWeight(batch.getFirst(), rng).mean();
    return Step.of(List.of()).metric("bound", bound);
  }
}
