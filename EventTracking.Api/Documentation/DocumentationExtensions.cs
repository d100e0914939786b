using EventTracking.Api.Errors;
using Microsoft.AspNetCore.Mvc;

namespace EventTracking.Api.Documentation;

internal static class DocumentationExtensions
{
    private static readonly string[] ProblemContent = ["application/problem+json"];

    extension(RouteHandlerBuilder builder)
    {
        /// <summary>Adds an example of the request body.</summary>
        public RouteHandlerBuilder WithRequestExample<T>(string name, string json) => builder.WithMetadata(new ExampleMetadata(typeof(T), null, name, json));

        /// <summary>Adds an example of the response with this status.</summary>
        public RouteHandlerBuilder WithExample<T>(int status, string name, string json) => builder.WithMetadata(new ExampleMetadata(typeof(T), status, name, json));

        /// <summary>Adds a request header that the handler reads.</summary>
        public RouteHandlerBuilder WithHeader(string name, bool required, string description, string example) =>
            builder.WithMetadata(new HeaderMetadata(name, required, description, example));

        /// <summary>Adds a header that every response with this status has.</summary>
        public RouteHandlerBuilder WithResponseHeader(int status, string name, string description) =>
            builder.WithMetadata(new ResponseHeaderMetadata(status, name, description));
    }

    extension<TBuilder>(TBuilder builder) where TBuilder : IEndpointConventionBuilder
    {
        /// <summary>Adds the problems that the route can return; each has its own example.</summary>
        public TBuilder WithProblems(params IReadOnlyList<ProblemType> problems)
        {
            builder.Add(endpoint =>
            {
                foreach (var problem in problems)
                {
                    var first = !endpoint.Metadata.OfType<ProblemMetadata>().Any(known => known.Problem.Status == problem.Status);
                    endpoint.Metadata.Add(new ProblemMetadata(problem));
                    if (first)
                    {
                        endpoint.Metadata.Add(new ProducesResponseTypeMetadata(problem.Status, typeof(ProblemDetails), ProblemContent));
                    }
                }
            });
            return builder;
        }
    }
}
