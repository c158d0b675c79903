package hoplab;

/** The admin API refused a call; nothing has changed. */
public final class AdminException extends LabException {
    private static final long serialVersionUID = 1;
    private final int status;

    AdminException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** That of HTTP. */
    public int status() {
        return status;
    }
}
