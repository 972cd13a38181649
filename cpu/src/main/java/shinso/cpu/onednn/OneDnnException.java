package shinso.cpu.onednn;

/** A oneDNN function refused; the message names the function, its status and the problem. */
public final class OneDnnException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean unimplemented;

  OneDnnException(String function, int status, Object problem) {
    super(function + " returned " + statusName(status) + " for " + problem);
    unimplemented = status == 3;
  }

  /** Whether the reason is that oneDNN has no kernel for the problem on this machine. */
  boolean isUnimplemented() {
    return unimplemented;
  }

  private static String statusName(int status) {
    return switch (status) {
      case 1 -> "out_of_memory";
      case 2 -> "invalid_arguments";
      case 3 -> "unimplemented";
      case 4 -> "last_impl_reached";
      case 5 -> "runtime_error";
      case 6 -> "not_required";
      case 7 -> "invalid_graph";
      case 10 -> "invalid_data_type";
      default -> "status " + status;
    };
  }
}
