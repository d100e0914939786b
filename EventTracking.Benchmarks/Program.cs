using EventTracking.Benchmarks;

return await CommandLine.RunAsync(args);
