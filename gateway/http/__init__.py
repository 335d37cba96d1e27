"""What web and api share: the application's factory, the session's subject, headers, problem documents, asking."""
