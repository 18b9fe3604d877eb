"""One module for each channel; each adds itself to :data:`gleaner.notify.channel.channels`."""
