package shinso.zoo.harness;

/**
 * Where a run pauses: in each stage that is measured on a set on the way, after a share of its
 * steps. A pause further on goes on from there, with the bits of a run that never paused.
 *
 * @param set such as {@code validation}
 * @param share above 0 and at most 1, which is no pause
 */
public record Pause(String set, double share) {}
