package shinso.zoo.autoregressive;

import shinso.core.tensor.Tensor;
import shinso.zoo.harness.Run;

/** What models of binary pixels know before they learn: how often each is on. */
final class BaseRates {
  /** Rates are kept this far from 0 and 1, where their logits are infinite. */
  private static final double RAREST = 1e-3;

  private BaseRates() {}

  /**
   * Returns log p / (1 − p) for the shares p of the pixels in the training data: {@code [pixels]}.
   */
  static Tensor logits(Run run) {
    Tensor rates = run.once("base-rates", () -> run.data().train().mean().flatten(0));
    Tensor p = rates.clip(RAREST, 1 - RAREST);
    return p.log().sub(p.rsub(1).log());
  }
}
