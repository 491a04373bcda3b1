/**
 * Loaded into a supervised program before its own code: asks it to drain once its supervisor is gone, however that went.
 * The channel to the supervisor closes then, also after kill -9.
 */
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.channel?.unref();
